using Microsoft.Extensions.Configuration;
using Npgsql;
using Pos.Storage.Warehouse;

namespace Pos.Cli.Provision;

/// <summary>The warehouse's read-only users, each from its connection string.</summary>
internal static class WarehouseUsers
{
    // The service answers people who wait, BI tools ask for more; neither keeps the warehouse busy for ever.
    private static readonly (string ConnectionName, TimeSpan StatementTimeout)[] s_users =
    [
        ("warehouse-lookup", TimeSpan.FromSeconds(5)),
        ("warehouse-bi", TimeSpan.FromMinutes(5)),
    ];

    /// <summary>
    /// Those of <c>ConnectionStrings:warehouse-lookup</c> and <c>ConnectionStrings:warehouse-bi</c> that are
    /// configured.
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
