using System.IO.Compression;
using System.Text;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Amazon.Runtime;
using LocalCloud.Delivery;
using LocalCloud.Objects.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Pos.Tests.Warehouse;

namespace Pos.Tests.LocalCloud.Delivery;

/// <summary>LocalCloud with a bucket, a new warehouse, and a Firehose client.</summary>
internal sealed class DeliveryFixture : IAsyncDisposable
{
    public const string Bucket = "staging";
    public const string Stream = "purchases-to-warehouse";
    private readonly string _folder = Directory.CreateTempSubdirectory("pos delivery ").FullName;

    private DeliveryFixture(WarehouseDatabase warehouse) => Warehouse = warehouse;

    public WarehouseDatabase Warehouse { get; }
    public LocalCloudServer Server { get; private set; } = null!;
    public AmazonKinesisFirehoseClient Firehose { get; private set; } = null!;
    public string Folder => _folder;

    public static async Task<DeliveryFixture> StartAsync(
        PostgresServer postgres,
        Action<WebApplicationBuilder>? configure = null,
        params string[] settings
    )
    {
        var fixture = new DeliveryFixture(await WarehouseDatabase.CreateAsync(postgres));
        await fixture.StartServerAsync(configure, settings);
        await fixture
            .Server.Services.GetRequiredService<ObjectStore>()
            .CreateBucketAsync(Bucket, CancellationToken.None);
        return fixture;
    }

    /// <summary>Stops LocalCloud in any state and restarts it on the same folder.</summary>
    public async Task RestartAsync(Action<WebApplicationBuilder>? configure = null, params string[] settings)
    {
        Firehose.Dispose();
        await Server.DisposeAsync();
        await StartServerAsync(configure, settings);
    }

    /// <summary>Creates a stream that delivers rows to the landing table at once and retries for a minute.</summary>
    /// <param name="stream">The name of the delivery stream.</param>
    /// <param name="change">Changes the configuration.</param>
    public Task CreateStreamAsync(string stream = Stream, Action<RedshiftDestinationConfiguration>? change = null)
    {
        var destination = Destination(Warehouse.ConnectionString);
        change?.Invoke(destination);
        return Firehose.CreateDeliveryStreamAsync(
            new CreateDeliveryStreamRequest
            {
                DeliveryStreamName = stream,
                RedshiftDestinationConfiguration = destination,
            }
        );
    }

    public static RedshiftDestinationConfiguration Destination(string connectionString) =>
        new()
        {
            RoleARN = "arn:aws:iam::000000000000:role/firehose",
            ClusterJDBCURL = JdbcUrl(connectionString),
            Username = "pos",
            Password = "not asked for",
            CopyCommand = new CopyCommand
            {
                DataTableName = WarehouseTables.Landing,
                DataTableColumns = WarehouseTables.LandingColumnList,
                CopyOptions = "json 'auto' gzip timeformat 'auto'",
            },
            RetryOptions = new RedshiftRetryOptions { DurationInSeconds = 60 },
            S3Configuration = new S3DestinationConfiguration
            {
                RoleARN = "arn:aws:iam::000000000000:role/firehose",
                BucketARN = $"arn:aws:s3:::{Bucket}",
                BufferingHints = new BufferingHints { IntervalInSeconds = 0, SizeInMBs = 1 },
                CompressionFormat = CompressionFormat.GZIP,
            },
        };

    public static string JdbcUrl(string connectionString)
    {
        var parsed = new NpgsqlConnectionStringBuilder(connectionString);
        return $"jdbc:postgresql://{parsed.Host}:{parsed.Port}/{parsed.Database}";
    }

    public Task<PutRecordBatchResponse> PutAsync(params IEnumerable<string> records) => PutToAsync(Stream, records);

    public Task<PutRecordBatchResponse> PutToAsync(string stream, params IEnumerable<string> records) =>
        Firehose.PutRecordBatchAsync(
            new PutRecordBatchRequest { DeliveryStreamName = stream, Records = [.. records.Select(Record)] }
        );

    public static Record Record(string text) => new() { Data = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    /// <summary>Returns a flat row in the format of the processor.</summary>
    public static string Row(
        string purchaseId,
        int line = 1,
        string position = "1",
        string price = "2.55",
        string description = "\"WHITE HANGING HEART\""
    ) =>
        $$"""
            {"purchase_id":"{{purchaseId}}","line":{{line}},"customer_id":null,"store_id":"S1",
            "purchased_at":"2010-12-01T08:26:00Z","country":"United Kingdom","currency":"GBP",
            "product_id":"85123A","description":{{description}},"quantity":6,"unit_price":{{price}},
            "ingested_at":"2026-01-01T00:00:00.1234567Z","position":"{{position}}"}
            """.Replace("\n", "") + "\n";

    public DeliveryState State(string stream = Stream) =>
        Server.Services.GetRequiredService<DeliveryStreams>().Get(stream).State;

    public List<string> Keys(string prefix = "") =>
        [
            .. Server
                .Services.GetRequiredService<ObjectStore>()
                .List(Bucket, new ListQuery { Prefix = ObjectStore.Key(prefix) })
                .Objects.Select(entry => Encoding.UTF8.GetString(entry.Key)),
        ];

    /// <summary>Returns the keys of the staged objects, without their manifests.</summary>
    public List<string> Staged() => [.. Keys().Where(key => !key.EndsWith(".manifest", StringComparison.Ordinal))];

    public async Task<string> ObjectAsync(string key)
    {
        using var reader = Server.Services.GetRequiredService<ObjectStore>().OpenRead(Bucket, key)!;
        using var content = new MemoryStream();
        await reader.CopyToAsync(content, CancellationToken.None);
        content.Position = 0;
        await using Stream stream = key.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(content, CompressionMode.Decompress)
            : content;
        using var text = new StreamReader(stream);
        return await text.ReadToEndAsync();
    }

    public Task<List<string>> PurchaseIdsAsync() =>
        Warehouse.RowsAsync("SELECT purchase_id FROM purchase_lines ORDER BY 1");

    public async ValueTask DisposeAsync()
    {
        Firehose.Dispose();
        await Server.DisposeAsync();
        await Warehouse.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static AmazonKinesisFirehoseClient Client(string url) =>
        new(
            new BasicAWSCredentials("test", "test"),
            new AmazonKinesisFirehoseConfig
            {
                ServiceURL = url,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
            }
        );

    private async Task StartServerAsync(Action<WebApplicationBuilder>? configure, string[] settings)
    {
        Server = await LocalCloudServer.StartAsync(
            _folder,
            configure,
            [
                "--LocalCloud:Delivery:AfterCopySql=CALL merge_purchase_lines()",
                "--LocalCloud:Delivery:FirstRetryMilliseconds=20",
                "--LocalCloud:Delivery:LongestRetryMilliseconds=100",
                "--Logging:LogLevel:LocalCloud.Delivery=None",
                .. settings,
            ]
        );
        Firehose = Client(Server.Url);
    }
}
