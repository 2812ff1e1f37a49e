using System.Security.Cryptography;
using Npgsql;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Embedded;

/// <summary>
/// The warehouse's read-only users: <c>provision</c> makes them, with the passwords that the data folder keeps.
/// </summary>
internal static class WarehouseReaders
{
    /// <summary>
    /// The connection string of a user who may only read; another one where <c>ConnectionStrings:NAME</c> is
    /// configured. The owner's password is no part of it.
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

        var password = data.Secret($"{name}-password", () => RandomNumberGenerator.GetHexString(32, lowercase: true));
        if (warehouse.Resource is IOwnPostgres own)
            return builder.AddConnectionString(name, own.ConnectionStringOf(user, password));
        var elsewhere = new NpgsqlConnectionStringBuilder(
            builder.Configuration[$"ConnectionStrings:{warehouse.Resource.Name}"]
        )
        {
            Username = user,
            Password = password,
        };
        return builder.AddConnectionString(name, ReferenceExpression.Create($"{elsewhere.ConnectionString}"));
    }
}
