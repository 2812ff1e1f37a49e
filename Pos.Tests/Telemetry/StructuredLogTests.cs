using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.Contracts;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;
using Pos.Tests.Ingest;
using Pos.Tests.Processor;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>Structured fields of logs and scopes.</summary>
[SystemTest]
public sealed class StructuredLogTests : IDisposable
{
    private const string Secret = "WHITE HANGING HEART T-LIGHT HOLDER";
    private readonly FieldLogger _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Quarantined_purchase_is_logged_with_its_id_shard_and_sequence_number_and_without_its_body()
    {
        using var stores = Stores.InMemory();
        using var log = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        var quarantine = new QuarantineStore(
            stores.S3,
            stores.Resources,
            TimeProvider.System,
            stores.Metrics,
            log.CreateLogger<QuarantineStore>()
        );
        var record = Records.FromText(7, $$"""{"purchase_id":"A","description":"{{Secret}}"}""");
        await quarantine.WriteAsync(
            [new(QuarantineReason.InvalidPurchase, record, 0, record.Data) { PurchaseId = "A" }],
            CancellationToken.None
        );

        var (text, fields) = Assert.Single(_logs.Lines);
        Assert.Equal(("A", Records.Shard, "7"), (fields["PurchaseId"], fields["ShardId"], fields["SequenceNumber"]));
        Assert.DoesNotContain(Secret, text);
    }

    [Fact]
    public void Processed_batch_is_a_scope_with_shard_and_first_sequence_number()
    {
        using var stores = Stores.InMemory();
        using var log = LoggerFactory.Create(logging => logging.AddProvider(_logs).SetMinimumLevel(LogLevel.Debug));
        var observer = new BatchObserver(
            stores.Resources,
            stores.Metrics,
            TimeProvider.System,
            log.CreateLogger<BatchObserver>()
        );
        observer.Begin([Records.FromText(7, ""), Records.FromText(8, "")]).Dispose();

        Assert.Equal([("ShardId", Records.Shard), ("SequenceNumber", "7")], _logs.Scopes.Select(Text));
        Assert.Equal("7", Assert.Single(_logs.Lines).Fields["SequenceNumber"]);
    }

    [Fact]
    public async Task Appended_record_is_logged_with_its_first_purchase_shard_and_sequence_number()
    {
        using var stream = new FakeKinesis();
        var lines = new LogLines();
        await using var ingest = await IngestServer.StartAsync(stream, lines, "--Logging:LogLevel:Pos.Ingest=Debug");
        Assert.Equal(202, (await ingest.PostAsync(IngestServer.Purchase("A"))).Status);
        await Wait.UntilAsync(() =>
            lines.All.Any(line =>
                line.Contains("to shard shardId-") && line.EndsWith("the first is A", StringComparison.Ordinal)
            )
        );
        Assert.DoesNotContain(lines.All, line => line.Contains(Secret));
    }

    private static (string, string) Text(KeyValuePair<string, object?> field) => (field.Key, $"{field.Value}");

    /// <summary>Records the fields of logs and scopes.</summary>
    private sealed class FieldLogger : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(string Text, IReadOnlyDictionary<string, string> Fields)> Lines { get; } = [];
        public ConcurrentQueue<KeyValuePair<string, object?>> Scopes { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            foreach (var field in (IEnumerable<KeyValuePair<string, object?>>)state)
                Scopes.Enqueue(field);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            Lines.Enqueue(
                (
                    formatter(state, exception),
                    ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(
                        field => field.Key,
                        field => $"{field.Value}"
                    )
                )
            );

        public void Dispose() { }
    }
}
