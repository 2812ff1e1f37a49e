namespace Pos.Ui.Clients;

public sealed partial class ProcessorClient
{
    /// <summary>How it reads the stream, and what it has done since its start.</summary>
    public Task<Answer<ProcessorStatus>> StatusAsync(CancellationToken cancellationToken) => GetAsync("/status", PipelineJson.Default.ProcessorStatus, cancellationToken);
}
