using System.Security.Cryptography;
using Npgsql;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Embedded;

/// <summary>
/// Adds the warehouse's read-only users. <c>pos provision</c> creates them with passwords from the data folder.
/// </summary>
internal static class WarehouseReaders
{
    /// <summary>
    /// Adds the connection string of a read-only user, unless <c>ConnectionStrings:NAME</c> is configured. It does not
    /// contain the owner's password.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddWarehouseReader(
        this IDistributedApplicationBuilder builder,
        string name,
        string user,
        IResourceBuilder<IResourceWithConnectionString> warehouse,
        DataFolder data
    )
    {
        if (!string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{name}"]))
            return builder.AddConnectionString(name);

        var password = builder.AddSecret(data, $"{name}-password", () =>
            RandomNumberGenerator.GetHexString(32, lowercase: true)
        );
        return builder.AddConnectionString(name, ConnectionStringFor(builder, user, password, warehouse.Resource));
    }

    private static ReferenceExpression ConnectionStringFor(
        IDistributedApplicationBuilder builder,
        string user,
        IResourceBuilder<ParameterResource> password,
        IResourceWithConnectionString warehouse
    )
    {
        if (warehouse is IManagedPostgres managed)
            return managed.ConnectionStringFor(user, password.Resource);
        if (warehouse is PostgresDatabaseResource database)
        {
            var endpoint = database.Parent.PrimaryEndpoint;
            var (host, port) = (endpoint.Property(EndpointProperty.Host), endpoint.Property(EndpointProperty.Port));
            return ReferenceExpression.Create(
                $"Host={host};Port={port};Username={user};Password={password};Database={database.DatabaseName}"
            );
        }
        var external = new NpgsqlConnectionStringBuilder(builder.Configuration[$"ConnectionStrings:{warehouse.Name}"])
        {
            Username = user,
            Password = null,
        };
        return ReferenceExpression.Create($"{external.ConnectionString};Password={password}");
    }
}
