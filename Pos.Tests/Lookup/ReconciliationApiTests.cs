using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pos.Contracts;
using Pos.Lookup;
using Pos.Lookup.Purchases;
using Pos.Lookup.Reconciliation;
using Pos.Lookup.Sales;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.Quarantine;
using Pos.ServiceDefaults;
using Pos.Storage.Warehouse;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Pos.Tests.Processor;
using Pos.Tests.Reconciliation;
using Xunit;

namespace Pos.Tests.Lookup;

[SystemTest]
public sealed class ReconciliationApiTests(PostgresServer postgres, SharedTables tableServer)
{
    // Statement timeout of the service's database user.
    private static readonly TimeSpan s_statementTimeout = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Reconciliation_matches_the_command_and_needs_a_read_only_user()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        await stores.ProcessAsync(Records.Create(1, Samples.Purchase("A"), Samples.Purchase("B")));
        await using var lookup = await LookupAsync(stores);
        using var http = Client(lookup);

        var answer = await ReconcileAsync(http);
        Assert.True((bool)answer["clean"]!);
        Assert.Equal(
            ["lake", "lookup", "warehouse"],
            answer["stores"]!["stores"]!.AsArray().Select(store => (string?)store!["store"])
        );
        Assert.All(answer["stores"]!["stores"]!.AsArray(), store =>
            Assert.Equal("30.6", store!["net"]!["GBP"]!.ToJsonString().TrimEnd('0'))
        );
        // As on AWS, no service reports what is in flight.
        Assert.All(["stream_records", "delivery_bytes", "quarantine_open"], name =>
            Assert.Null(answer["in_flight"]![name])
        );

        await stores.Delivery.Warehouse.ExecuteAsync(
            "UPDATE purchase_lines SET unit_price = 1 WHERE purchase_id = 'A'"
        );
        answer = await ReconcileAsync(http);
        Assert.False((bool)answer["clean"]!);
        Assert.Equal(
            """{"purchase_id":"A","line":1"""
                + ""","kind":"differing","fields":[{"field":"unit_price","lake":"2.55","lookup":"2.55","wareho"""
                + """use":"1"}]}""",
            answer["stores"]!["differences"]!.AsArray().Single()!.ToJsonString()
        );

        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/reconciliation?from=2026-01-01")).StatusCode);
    }

    [Fact]
    public async Task Only_one_reconciliation_runs_beyond_the_statement_timeout_until_its_request_ends()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        await using var lookup = await LookupAsync(stores);
        using var http = Client(lookup);
        await using (var locked = await stores.Delivery.Warehouse.OpenAsync())
        await using (var transaction = await locked.BeginTransactionAsync())
        {
            await using (var takeLock = new NpgsqlCommand("LOCK TABLE purchase_lines", locked))
                await takeLock.ExecuteNonQueryAsync();
            using var patience = new CancellationTokenSource();
            var first = http.GetAsync("/reconciliation", patience.Token);
            await Wait.UntilAsync(async () =>
                first.IsCompleted || await ReadersAsync(stores, longerThan: s_statementTimeout) > 0
            );
            Assert.False(first.IsCompleted);

            using var second = await http.GetAsync("/reconciliation");
            Assert.Equal(
                (HttpStatusCode.TooManyRequests, true),
                (second.StatusCode, second.Headers.RetryAfter is not null)
            );

            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await Wait.UntilAsync(async () => await ReadersAsync(stores) == 0); // While the lock is held.
        }
        await Wait.UntilAsync(async () =>
        {
            using var third = await http.GetAsync("/reconciliation");
            return third.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Unavailable_or_slow_stores_return_503()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        await using (var unavailable = await LookupAsync(stores, "--AWS_ENDPOINT_URL_S3=http://127.0.0.1:1"))
        using (var http = Client(unavailable))
        using (var answer = await http.GetAsync("/reconciliation"))
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, true),
                (answer.StatusCode, answer.Headers.RetryAfter is not null)
            );

        await using var slow = await LookupAsync(stores, "--Lookup:Reconciliation:TimeLimitSeconds=1");
        await using (var locked = await stores.Delivery.Warehouse.OpenAsync())
        await using (var transaction = await locked.BeginTransactionAsync())
        {
            await using (var takeLock = new NpgsqlCommand("LOCK TABLE purchase_lines", locked))
                await takeLock.ExecuteNonQueryAsync();
            using var http = Client(slow);
            using var answer = await http.GetAsync("/reconciliation");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
    }

    /// <summary>
    /// Each record is a purchase with one line, or poison, so that records, lines and entries add up.
    /// </summary>
    [Fact]
    public async Task Accepted_purchases_are_stored_or_in_flight_or_in_quarantine()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        var cloud = stores.Delivery.Server.Url;
        using var kinesis = new AmazonKinesisClient(
            new AmazonKinesisConfig { ServiceURL = cloud, AuthenticationRegion = "us-east-1" }
        );
        await kinesis.CreateStreamAsync(
            new CreateStreamRequest { StreamName = stores.Resources.Stream, ShardCount = 1 }
        );
        await using var processor = await ProcessorAsync(stores);
        await using var lookup = await LookupAsync(
            stores,
            $"--Lookup:Reconciliation:Processor={UrlOf(processor)}",
            $"--Lookup:Reconciliation:LocalCloud={cloud}"
        );
        using var http = Client(lookup);
        using var faults = new FaultCalls(cloud);

        await PutAsync("A", "B", "C", "poison", "poison", "D");
        var counted = await CountsAsync(counts => counts is { Warehouse: 4, Stream: 0, Quarantine: 2 });
        Assert.Equal(
            (6, 4, 4, 2),
            (counted.Lake + counted.Quarantine + counted.Stream, counted.Lake, counted.Lookup, counted.Quarantine)
        );

        // The processor has the record and cannot deliver it. Only one, because unread records are only estimated.
        var fault = await faults.AddAsync(
            """{"service":"firehose","operation":"PutRecordBatch","kind":"error","status":503,"probability":1}"""
        );
        await PutAsync("E");
        counted = await CountsAsync(counts => counts is { Stream: > 0 });
        Assert.Equal((7, 4), (counted.Warehouse + counted.Stream + counted.Quarantine, counted.Warehouse));
        await faults.DeleteAsync(fault);
        counted = await CountsAsync(counts => counts is { Warehouse: 5, Stream: 0, Delivery: 0 });
        Assert.Equal(7, counted.Lake + counted.Quarantine);

        // The delivery has the rows and cannot load them.
        await using (var locked = await stores.Delivery.Warehouse.OpenAsync())
        await using (var transaction = await locked.BeginTransactionAsync())
        {
            // SHARE MODE allows reads.
            await using (var takeLock = new NpgsqlCommand("LOCK TABLE purchase_lines_landing IN SHARE MODE", locked))
                await takeLock.ExecuteNonQueryAsync();
            await PutAsync("F", "G");
            counted = await CountsAsync(counts => counts is { Lake: 7, Stream: 0, Delivery: > 0 });
            Assert.Equal((9, 5), (counted.Lake + counted.Quarantine, counted.Warehouse));
        }
        counted = await CountsAsync(counts => counts is { Warehouse: 7, Delivery: 0 });
        Assert.Equal(9, counted.Lake + counted.Quarantine);
        Assert.True((bool)(await ReconcileAsync(http))["clean"]!);

        async Task PutAsync(params string[] purchases)
        {
            foreach (var purchase in purchases)
            {
                var data = purchase is "poison" ? "{"u8.ToArray() : Records.Json(Samples.Purchase(purchase));
                await kinesis.PutRecordAsync(
                    new PutRecordRequest
                    {
                        StreamName = stores.Resources.Stream,
                        PartitionKey = purchase,
                        Data = new MemoryStream(data),
                    }
                );
            }
        }

        async Task<Counts> CountsAsync(Func<Counts, bool> until)
        {
            Counts counts = default;
            await Wait.UntilAsync(
                async () => until(counts = Counts.From(await ReconcileAsync(http))),
                "what is in flight to be there"
            );
            return counts;
        }
    }

    private readonly record struct Counts(
        long Lake,
        long Lookup,
        long Warehouse,
        long Stream,
        long Delivery,
        long Quarantine
    )
    {
        public static Counts From(JsonNode answer)
        {
            long[] lines = [.. answer["stores"]!["stores"]!.AsArray().Select(store => (long)store!["lines"]!)];
            var inFlight = answer["in_flight"]!;
            // "under_way" is the name in the previous release.
            Assert.Equal(inFlight.ToJsonString(), answer["under_way"]!.ToJsonString());
            return new(
                lines[0],
                lines[1],
                lines[2],
                (long?)inFlight["stream_records"] ?? -1,
                (long)inFlight["delivery_bytes"]!,
                (long)inFlight["quarantine_open"]!
            );
        }
    }

    private static async Task<JsonNode> ReconcileAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonNode>("/reconciliation"))!;

    private static Task<long> ReadersAsync(ReconciledStores stores, TimeSpan longerThan = default) =>
        stores.Delivery.Warehouse.ScalarAsync<long>(
            $"""
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'pos-reconciliation' AND datname = current_database()
                AND clock_timestamp() > query_start + interval '{longerThan.TotalMilliseconds} ms'
            """
        );

    /// <summary>Starts the lookup service as its program does.</summary>
    private static async Task<WebApplication> LookupAsync(ReconciledStores stores, params string[] settings)
    {
        var reader = new WarehouseReader("pos_test_reconciliation", "secret", s_statementTimeout);
        await WarehouseReaders.EnsureAsync(stores.Delivery.Warehouse.ConnectionString, reader);
        var connection = new NpgsqlConnectionStringBuilder(stores.Delivery.Warehouse.ConnectionString)
        {
            Username = reader.Name,
            Password = reader.Password,
        };
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            $"--ConnectionStrings:warehouse={connection.ConnectionString}",
            .. EndpointsOf(stores),
            .. settings,
        ]);
        builder.AddServiceDefaults();
        builder.AddPurchaseLookup();
        builder.AddSales();
        builder.AddReconciliation();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapPurchases();
        app.MapReconciliation();
        await app.StartAsync();
        return app;
    }

    private static async Task<WebApplication> ProcessorAsync(ReconciledStores stores)
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            .. EndpointsOf(stores),
            "--Processor:EventSourceMapping:FunctionResponseTypes:0=ReportBatchItemFailures",
            "--Processor:EventSourceMapping:MaximumRetryDelayMilliseconds=200",
        ]);
        builder.AddServiceDefaults();
        builder.AddProcessor();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapEvents();
        app.MapStatus();
        app.MapQuarantine();
        await app.StartAsync();
        return app;
    }

    private static string[] EndpointsOf(ReconciledStores stores)
    {
        var cloud = stores.Delivery.Server.Url;
        return
        [
            $"--AWS_ENDPOINT_URL_S3={cloud}",
            $"--AWS_ENDPOINT_URL_KINESIS={cloud}",
            $"--AWS_ENDPOINT_URL_FIREHOSE={cloud}",
            $"--AWS_ENDPOINT_URL_DYNAMODB={((Amazon.DynamoDBv2.AmazonDynamoDBClient)stores.Dynamo).Config.ServiceURL}",
            $"--Pos:Resources:LookupTable={stores.Resources.LookupTable}",
            $"--Pos:Resources:LeaseTable={stores.Resources.LeaseTable}",
        ];
    }

    private static string UrlOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new(UrlOf(app)) };
}
