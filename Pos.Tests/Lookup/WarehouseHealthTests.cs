using System.Net;
using Microsoft.AspNetCore.Builder;
using Pos.Lookup.Sales;
using Pos.ServiceDefaults;
using Pos.Tests.Postgres;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.Lookup;

/// <summary>The lookup service's health check of the warehouse.</summary>
[SystemTest]
public sealed class WarehouseHealthTests(PostgresServer postgres)
{
    [Fact]
    public async Task Service_is_healthy_while_the_warehouse_is_available()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var (status, text) = await HealthAsync(warehouse.ConnectionString);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("""{"status":"Healthy","checks":{"warehouse":"Healthy"}""", text);
    }

    [Fact]
    public async Task Unavailable_warehouse_degrades_the_service_and_does_not_stop_it()
    {
        var (status, text) = await HealthAsync("Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("""{"status":"Degraded","checks":{"warehouse":""", text);
    }

    [Fact]
    public async Task Missing_connection_string_is_named()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => HealthAsync(null));
        Assert.Contains("ConnectionStrings:warehouse", error.ToString());
    }

    private static async Task<(HttpStatusCode, string)> HealthAsync(string? connectionString)
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Microsoft.AspNetCore=None",
            .. connectionString is null ? [] : (string[])[$"--ConnectionStrings:warehouse={connectionString}"],
        ]);
        builder.AddServiceDefaults();
        builder.AddSales();
        await using var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync();
        if (connectionString is null)
            _ = app.Services.GetService(typeof(Npgsql.NpgsqlDataSource));
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        using var response = await http.GetAsync("/health");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
