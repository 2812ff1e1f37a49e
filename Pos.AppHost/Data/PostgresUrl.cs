using Npgsql;

namespace Pos.AppHost;

/// <summary>
/// A connection string as psql and most tools take it: <c>postgresql://user:password@host:port/database</c>.
/// </summary>
internal static class PostgresUrl
{
    public static string From(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{Uri.EscapeDataString(parts.Username ?? "")}:{Uri.EscapeDataString(parts.Password ?? "")}@{parts.Host}:{parts.Port}/{Uri.EscapeDataString(parts.Database ?? "")}";
    }
}
