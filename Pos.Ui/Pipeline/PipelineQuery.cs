using Pos.Contracts.Http;

namespace Pos.Ui.Pipeline;

/// <summary>What the page's URL says.</summary>
/// <param name="Paused">Whether the page shows one moment and stays so.</param>
public sealed record PipelineQuery(bool Paused)
{
    public string Url => new QueryText("/pipeline").With("paused", Paused ? "true" : null).ToString();
}
