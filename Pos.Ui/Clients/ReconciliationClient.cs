namespace Pos.Ui.Clients;

/// <summary>Has the stores compared. Takes minutes where there is much in them.</summary>
public sealed class ReconciliationClient(HttpClient http) : ServiceClient(http, "lookup")
{
    /// <summary>One at a time: away while another one runs.</summary>
    /// <param name="cancellationToken">Ends the comparison, there too.</param>
    public Task<Answer<StoreComparison>> CompareAsync(CancellationToken cancellationToken) =>
        GetAsync("/reconciliation", PipelineJson.Default.StoreComparison, cancellationToken);
}
