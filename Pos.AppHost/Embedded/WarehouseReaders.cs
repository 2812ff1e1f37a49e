using System.Security.Cryptography;
using Npgsql;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Embedded;

/// <summary>
/// The warehouse's read-only users. <c>provision</c> creates them with the passwords that the data folder keeps.
/// </summary>
internal static class WarehouseReaders
{
    /// <summary>
    /// Adds the connection string of a user who may only read; <c>ConnectionStrings:NAME</c> takes its place. The
    /// owner's password is not part of it.
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
            return ReferenceExpression.Create(
                $"Host={endpoint.Property(EndpointProperty.Host)};Port={endpoint.Property(EndpointProperty.Port)};Username={user};Password={password};Database={database.DatabaseName}"
            );
        }
        var elsewhere = new NpgsqlConnectionStringBuilder(builder.Configuration[$"ConnectionStrings:{warehouse.Name}"])
        {
            Username = user,
            Password = null,
        };
        return ReferenceExpression.Create($"{elsewhere.ConnectionString};Password={password}");
    }
}
