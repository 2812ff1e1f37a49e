namespace Pos.Ui.Clients;

/// <summary>What the processor does, and what it has put aside.</summary>
public sealed partial class ProcessorClient(HttpClient http) : ServiceClient(http, "processor")
{
    /// <summary>Where a purchase is, also one that no store has.</summary>
    public Task<Answer<Whereabouts>> WhereaboutsAsync(string purchaseId, CancellationToken cancellationToken) =>
        GetAsync($"/purchases/{Uri.EscapeDataString(purchaseId)}/whereabouts", WhereaboutsJson.Default.Whereabouts, cancellationToken);
}
