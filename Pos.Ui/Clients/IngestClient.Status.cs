namespace Pos.Ui.Clients;

public sealed partial class IngestClient
{
    /// <summary>What the process has done since its start.</summary>
    public Task<Answer<IngestStatus>> StatusAsync(CancellationToken cancellationToken) => GetAsync("/status", PipelineJson.Default.IngestStatus, cancellationToken);
}
