namespace Pos.Ui.Clients;

/// <summary>How purchases are accepted.</summary>
public sealed class IngestClient(HttpClient http) : ServiceClient(http, "ingest")
{
    /// <summary>What the process has done since its start.</summary>
    public Task<Answer<IngestStatus>> StatusAsync(CancellationToken cancellationToken) =>
        GetAsync("/status", PipelineJson.Default.IngestStatus, cancellationToken);
}
