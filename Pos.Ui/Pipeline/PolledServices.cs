using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;

namespace Pos.Ui.Pipeline;

/// <summary>
/// What the page asks of the services, each question by itself: one that is down says nothing of the others.
/// </summary>
public interface IPipelineServices
{
    Task<Answer<IngestStatus>> IngestAsync(CancellationToken cancellationToken);

    Task<Answer<ProcessorStatus>> ProcessorAsync(CancellationToken cancellationToken);

    Task<Answer<SalesFreshness>> WarehouseAsync(CancellationToken cancellationToken);

    Task<Answer<QuarantineCounts>> QuarantineAsync(CancellationToken cancellationToken);
}

internal sealed class PolledServices(IHttpClientFactory clients, UiMetrics metrics) : IPipelineServices
{
    public static readonly string[] Names = ["ingest", "processor", "lookup"];

    public static string ClientOf(string service) => $"pipeline {service}";

    // Clients are made anew, as the factory wants it: what they are made of is pooled.
    public Task<Answer<IngestStatus>> IngestAsync(CancellationToken cancellationToken) =>
        metrics.PollAsync("ingest", new IngestClient(Http("ingest")).StatusAsync(cancellationToken));

    public Task<Answer<ProcessorStatus>> ProcessorAsync(CancellationToken cancellationToken) =>
        metrics.PollAsync("processor", new ProcessorClient(Http("processor")).StatusAsync(cancellationToken));

    public Task<Answer<SalesFreshness>> WarehouseAsync(CancellationToken cancellationToken) =>
        metrics.PollAsync("lookup", new LookupClient(Http("lookup")).FreshnessAsync(cancellationToken));

    public Task<Answer<QuarantineCounts>> QuarantineAsync(CancellationToken cancellationToken) =>
        metrics.PollAsync("processor", new ProcessorClient(Http("processor")).QuarantineCountsAsync(cancellationToken));

    private HttpClient Http(string service) => clients.CreateClient(ClientOf(service));
}
