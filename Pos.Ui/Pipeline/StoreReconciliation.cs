using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Pipeline;

/// <summary>Compares the stores, with a client that waits long enough.</summary>
public sealed class StoreReconciliation(HttpClient http)
{
    private readonly LookupClient _lookup = new(http);

    /// <summary>Runs one comparison; unavailable while another one runs.</summary>
    public Task<Answer<ReconciliationResult>> RunAsync(CancellationToken cancellationToken) =>
        _lookup.ReconcileAsync(cancellationToken);
}
