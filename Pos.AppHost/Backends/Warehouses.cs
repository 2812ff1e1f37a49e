using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

/// <summary>A Postgres of the AppHost's own, in which it names the users.</summary>
internal interface IOwnPostgres : IResourceWithConnectionString
{
    /// <summary>As whom to connect to database <c>pos</c>.</summary>
    ReferenceExpression ConnectionStringOf(string user, string password);
}

/// <summary>A Postgres of its own, as a container.</summary>
internal sealed class PostgresContainerResource(string name, string password) : ContainerResource(name), IOwnPostgres
{
    public ReferenceExpression ConnectionStringExpression => ConnectionStringOf("pos", password);

    public ReferenceExpression ConnectionStringOf(string user, string password)
    {
        var port = this.GetEndpoint("tcp").Property(EndpointProperty.Port);
        return ReferenceExpression.Create(
            $"Host=127.0.0.1;Port={port};Username={user};Password={password};Database=pos"
        );
    }
}

/// <summary>
/// The Postgres in place of Redshift: the one of <c>ConnectionStrings:warehouse</c>, a container
/// (<c>Pos:Postgres:Image</c>), or the embedded one.
/// </summary>
internal static class Warehouses
{
    private const string Name = "warehouse";

    /// <returns>The warehouse, and the connection string of the lookup service.</returns>
    public static (LocalWarehouse Warehouse, IResourceBuilder<IResourceWithConnectionString> Lookup) AddLocalWarehouse(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        NpmPackages? packages = null
    )
    {
        var owner =
            !string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{Name}"])
                ? builder.AddConnectionString(Name)
            : builder.Configuration["Pos:Postgres:Image"] is { Length: > 0 } image
                ? builder.AddPostgresContainer(image, data)
            : builder.AddEmbeddedPostgres(Name, data, packages ?? builder.AddNpmPackages());
        return (
            new LocalWarehouse(owner, builder.AddWarehouseReader("warehouse-bi", "pos_bi", owner, data)),
            builder.AddWarehouseReader("warehouse-lookup", "pos_lookup", owner, data)
        );
    }

    /// <summary>The port that <c>Pos:WarehousePort</c> asks for.</summary>
    public static int? WarehousePort(this IDistributedApplicationBuilder builder) =>
        int.TryParse(builder.Configuration["Pos:WarehousePort"], CultureInfo.InvariantCulture, out var port)
            ? port
            : null;

    private static IResourceBuilder<IResourceWithConnectionString> AddPostgresContainer(
        this IDistributedApplicationBuilder builder,
        string image,
        DataFolder data
    )
    {
        var password = data.Secret("postgres-password", () => RandomNumberGenerator.GetHexString(32, lowercase: true));
        var resource = new PostgresContainerResource(Name, password);
        builder
            .Services.AddHealthChecks()
            .AddAsyncCheck(Name, cancellationToken => CheckAsync(resource, cancellationToken));
        return builder
            .AddResource(resource)
            .WithImage(image, builder.Configuration["Pos:Postgres:Tag"])
            .WithEndpoint(port: builder.WarehousePort(), targetPort: 5432, scheme: "tcp", name: "tcp")
            .WithEnvironment("POSTGRES_USER", "pos")
            .WithEnvironment("POSTGRES_PASSWORD", password)
            .WithEnvironment("POSTGRES_DB", "pos")
            // Beside where images before and from 18 on have their own volumes.
            .WithEnvironment("PGDATA", "/var/lib/pos/data")
            .WithVolume($"pos-warehouse-{data.Identity}", "/var/lib/pos")
            .WithHealthCheck(Name);
    }

    private static async Task<HealthCheckResult> CheckAsync(
        PostgresContainerResource postgres,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                await postgres.ConnectionStringExpression.GetValueAsync(cancellationToken) + ";Pooling=false;Timeout=2"
            );
            await connection.OpenAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException error)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}
