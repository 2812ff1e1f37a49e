using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.Lookup;
using Pos.Lookup.Sales;
using Pos.ServiceDefaults;

namespace Pos.Tests.Lookup;

/// <summary>The lookup service's sales API over a warehouse.</summary>
internal sealed class SalesServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SalesServer(WebApplication app)
    {
        _app = app;
        Client = new()
        {
            BaseAddress = new(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };
    }

    public HttpClient Client { get; }

    public static async Task<SalesServer> StartAsync(string warehouse, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            "--AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:1",
            .. settings,
        ]);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:warehouse", warehouse)]);
        builder.AddServiceDefaults();
        builder.AddPurchaseLookup();
        builder.AddSales();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapOpenApi();
        app.MapSales();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
