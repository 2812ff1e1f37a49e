using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pos.Lookup;
using Pos.Lookup.Purchases;
using Pos.Processor;
using Pos.Processor.LookupTable;
using Pos.ServiceDefaults;
using Pos.Storage;
using Pos.Tests.LocalCloud.Tables;

namespace Pos.Tests.Lookup;

/// <summary>
/// The lookup API in the test's process with its own tables, and the processor's sink to fill them.
/// </summary>
internal sealed class LookupServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LookupTableSink _sink;

    private LookupServer(WebApplication app, LookupTableSink sink)
    {
        _app = app;
        _sink = sink;
        Client = new()
        {
            BaseAddress = new(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };
    }

    public HttpClient Client { get; }

    /// <param name="table">Name of a table, which need not exist; null uses a new one.</param>
    /// <param name="url">Endpoint of DynamoDB; null uses the real one.</param>
    /// <param name="logs">Receives the service's logs.</param>
    public static async Task<LookupServer> StartAsync(
        SharedTables tableServer,
        string? table = null,
        string? url = null,
        ILoggerProvider? logs = null
    )
    {
        var resources = await tableServer.CreateTablesAsync();
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            $"--Logging:LogLevel:Default={(logs is null ? "None" : "Warning")}",
            $"--AWS_ENDPOINT_URL_DYNAMODB={url ?? tableServer.Url}",
            $"--{PosResources.Section}:LookupTable={table ?? resources.LookupTable}",
        ]);
        builder.Logging.ClearProviders();
        if (logs is not null)
            builder.Logging.AddProvider(logs);
        builder.AddServiceDefaults();
        builder.AddPurchaseLookup();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapOpenApi();
        app.MapPurchases();
        await app.StartAsync();
        return new(
            app,
            new(
                await tableServer.StartAsync(),
                resources,
                Options.Create(new LookupTableOptions()),
                TimeProvider.System
            )
        );
    }

    public async Task StoreAsync(params PurchaseVersion[] versions)
    {
        var result = await _sink.WriteAsync(versions, CancellationToken.None);
        if (result.Failure is not null)
            throw new InvalidOperationException("The purchases were not stored.", result.Failure);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _sink.Dispose();
        await _app.DisposeAsync();
    }
}
