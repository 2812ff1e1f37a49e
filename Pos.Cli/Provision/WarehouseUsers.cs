using Microsoft.Extensions.Configuration;
using Npgsql;
using Pos.Storage.Warehouse;

namespace Pos.Cli.Provision;

/// <summary>Reads the warehouse's read-only users from their connection strings.</summary>
internal static class WarehouseUsers
{
    // People wait for the service, so its queries are short. BI tools run longer ones.
    private static readonly (string ConnectionName, TimeSpan StatementTimeout)[] s_users =
    [
        ("warehouse-lookup", TimeSpan.FromSeconds(5)),
        ("warehouse-bi", TimeSpan.FromMinutes(5)),
    ];

    /// <summary>
    /// Returns the users of <c>ConnectionStrings:warehouse-lookup</c> and <c>ConnectionStrings:warehouse-bi</c>, if
    /// they are configured.
    /// </summary>
    public static IReadOnlyList<WarehouseReader> Configured(IConfiguration configuration) =>
        [
            .. s_users
                .Select(user =>
                    (
                        Connection: new NpgsqlConnectionStringBuilder(
                            configuration.GetConnectionString(user.ConnectionName)
                        ),
                        user.StatementTimeout
                    )
                )
                .Where(user => user.Connection is { Username: not null, Password: not null })
                .Select(user => new WarehouseReader(
                    user.Connection.Username!,
                    user.Connection.Password!,
                    user.StatementTimeout
                )),
        ];
}
