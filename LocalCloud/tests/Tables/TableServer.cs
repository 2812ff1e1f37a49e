using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using LocalCloud.Tests.Objects;
using Microsoft.AspNetCore.Builder;

namespace LocalCloud.Tests.Tables;

/// <summary>A LocalCloud with a DynamoDB client of AWS's SDK without retries.</summary>
internal sealed class TableServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly string[] _settings;
    private LocalCloudServer _server;

    private TableServer(
        TemporaryFolder folder,
        LocalCloudServer server,
        Action<WebApplicationBuilder>? configure,
        string[] settings
    )
    {
        (_folder, _server, _configure, _settings) = (folder, server, configure, settings);
        Client = Connect(server.Url);
    }

    public AmazonDynamoDBClient Client { get; private set; }

    public string Url => _server.Url;

    public static Task<TableServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <summary>Starts a server.</summary>
    /// <param name="configure">Replaces services, such as the clock.</param>
    /// <param name="settings">More configuration, as <c>--Key=value</c>.</param>
    public static async Task<TableServer> StartAsync(Action<WebApplicationBuilder>? configure, params string[] settings)
    {
        var folder = new TemporaryFolder();
        return new(folder, await LocalCloudServer.StartAsync(folder.Path, configure, settings), configure, settings);
    }

    /// <summary>Restarts the server on the same folder.</summary>
    public async Task RestartAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _server = await LocalCloudServer.StartAsync(_folder.Path, _configure, _settings);
        Client = Connect(_server.Url);
    }

    /// <summary>Creates an on-demand table with string keys.</summary>
    public async Task CreateTableAsync(string name, string hash, string? range = null)
    {
        var request = new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new(hash, KeyType.HASH)],
            AttributeDefinitions = [new(hash, ScalarAttributeType.S)],
        };
        if (range is not null)
        {
            request.KeySchema.Add(new(range, KeyType.RANGE));
            request.AttributeDefinitions.Add(new(range, ScalarAttributeType.S));
        }
        await Client.CreateTableAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static AmazonDynamoDBClient Connect(string url) =>
        new(
            "test",
            "test",
            new AmazonDynamoDBConfig
            {
                ServiceURL = url,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
            }
        );
}

/// <summary>Creates attribute values.</summary>
internal static class Values
{
    public static AttributeValue S(string text) => new(text);

    public static AttributeValue N(string number) => new() { N = number };

    public static AttributeValue N(long number) =>
        N(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static AttributeValue List(params AttributeValue[] values) => new() { L = [.. values] };

    public static AttributeValue Map(params (string Name, AttributeValue Value)[] entries) =>
        new() { M = entries.ToDictionary(entry => entry.Name, entry => entry.Value) };

    public static AttributeValue Strings(params string[] texts) => new() { SS = [.. texts] };

    public static AttributeValue Numbers(params string[] numbers) => new() { NS = [.. numbers] };

    public static Dictionary<string, AttributeValue> Item(params (string Name, AttributeValue Value)[] attributes) =>
        attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value);
}
