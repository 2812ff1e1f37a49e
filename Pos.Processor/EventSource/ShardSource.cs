using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;

namespace Pos.Processor.EventSource;

/// <summary>Groups the stream to consume, the leases on its shards and the handler of their batches.</summary>
internal sealed record ShardSource(IShardStream Stream, ILeases Leases, IBatchHandler Handler);
