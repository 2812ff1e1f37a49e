using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

/// <summary>A Postgres that the AppHost starts, so that it defines the users.</summary>
internal interface IManagedPostgres : IResourceWithConnectionString
{
    /// <summary>Returns the connection string of a user to database <c>pos</c>.</summary>
    ReferenceExpression ConnectionStringFor(string user, ParameterResource userPassword);
}

/// <summary>
/// Adds the Postgres that replaces Redshift: <c>ConnectionStrings:warehouse</c>, a container
/// (<c>Pos:Postgres:Image</c>), or the embedded one.
/// </summary>
internal static class Warehouses
{
    private const string Name = "warehouse";

    /// <summary>Adds the warehouse, and the connection string of the lookup service.</summary>
    public static (LocalWarehouse Warehouse, IResourceBuilder<IResourceWithConnectionString> Lookup) AddLocalWarehouse(
        this IDistributedApplicationBuilder builder,
        DataFolder data
    )
    {
        var owner =
            !string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{Name}"])
                ? builder.AddConnectionString(Name)
            : builder.Configuration["Pos:Postgres:Image"] is { Length: > 0 } image
                ? builder.AddPostgresContainer(image, data)
            : builder.AddEmbeddedPostgres(Name, data);
        owner.WithIconName("DatabaseArrowUp");
        var bi = builder.AddWarehouseReader("warehouse-bi", "pos_bi", owner, data);
        var lookup = builder.AddWarehouseReader("warehouse-lookup", "pos_lookup", owner, data);
        bi.WithParentRelationship(owner);
        lookup.WithParentRelationship(owner);
        return (new LocalWarehouse(owner, bi), lookup);
    }

    /// <summary>Returns the configured port, <c>Pos:WarehousePort</c>, or null.</summary>
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
        var user = builder.AddParameter("postgres-user", "pos");
        var password = builder.AddSecret(data, "postgres-password", () =>
            RandomNumberGenerator.GetHexString(32, lowercase: true)
        );
        return builder
            .AddPostgres("postgres", user, password, builder.WarehousePort())
            .WithImage(image, builder.Configuration["Pos:Postgres:Tag"])
            // Images before and after version 18 declare volumes at different paths. This path is in neither.
            .WithEnvironment("PGDATA", "/var/lib/pos/data")
            .WithVolume($"pos-warehouse-{data.Identity}", "/var/lib/pos")
            .AddDatabase(Name, "pos");
    }
}
