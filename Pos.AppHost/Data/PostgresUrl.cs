using Npgsql;

namespace Pos.AppHost;

/// <summary>
/// Converts a connection string to the URL that psql and most tools accept:
/// <c>postgresql://user:password@host:port/database</c>.
/// </summary>
internal static class PostgresUrl
{
    public static string From(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{Uri.EscapeDataString(parts.Username ?? "")}:{Uri.EscapeDataString(parts.Password ?? "")}"
            + $"@{parts.Host}:{parts.Port}/{Uri.EscapeDataString(parts.Database ?? "")}";
    }
}
