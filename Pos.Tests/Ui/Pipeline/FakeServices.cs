using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;
using Pos.Ui.Pipeline;

namespace Pos.Tests.Ui.Pipeline;

/// <summary>Services that answer what they are told to, and count how often they are asked.</summary>
internal sealed class FakeServices : IPipelineServices
{
    private int _asked;

    /// <summary>How often ingest was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Func<CancellationToken, Task<Answer<IngestStatus>>> Ingest { get; set; } =
        _ => Task.FromResult<Answer<IngestStatus>>(PipelineAnswers.OfIngest);

    public Func<CancellationToken, Task<Answer<ProcessorStatus>>> Processor { get; set; } =
        _ => Task.FromResult<Answer<ProcessorStatus>>(PipelineAnswers.OfProcessor);

    public Task<Answer<IngestStatus>> IngestAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return Ingest(cancellationToken);
    }

    public Task<Answer<ProcessorStatus>> ProcessorAsync(CancellationToken cancellationToken) =>
        Processor(cancellationToken);

    public Task<Answer<SalesFreshness>> WarehouseAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Answer<SalesFreshness>>(PipelineAnswers.OfWarehouse);

    public Task<Answer<QuarantineCounts>> QuarantineAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Answer<QuarantineCounts>>(PipelineAnswers.OfQuarantine);
}
