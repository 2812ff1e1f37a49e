using LocalCloud.Protocol;
using Npgsql;

namespace LocalCloud.Delivery;

/// <summary>
/// Firehose names its cluster by JDBC URL: <c>jdbc:redshift://host:port/database</c>, here also
/// <c>jdbc:postgresql:</c>.
/// </summary>
internal static class JdbcUrl
{
    private const string Prefix = "jdbc:";

    /// <exception cref="AwsException">InvalidArgumentException: not such a URL.</exception>
    public static string ToConnectionString(string url, string username, string password)
    {
        if (
            !url.StartsWith(Prefix, StringComparison.Ordinal)
            || !Uri.TryCreate(url[Prefix.Length..], UriKind.Absolute, out var parsed)
            || parsed.Scheme is not ("redshift" or "postgresql")
            || parsed.Host.Length == 0
            || parsed.AbsolutePath.Trim('/') is not { Length: > 0 } database
        )
        {
            throw new AwsException(
                "InvalidArgumentException",
                $"ClusterJDBCURL '{url}' is not of the form jdbc:redshift://HOST:PORT/DATABASE or jdbc:postgresql://HOST:PORT/DATABASE."
            );
        }
        return new NpgsqlConnectionStringBuilder
        {
            Host = parsed.IdnHost,
            Port =
                parsed.Port > 0 ? parsed.Port
                : parsed.Scheme == "redshift" ? 5439
                : 5432,
            Database = Uri.UnescapeDataString(database),
            Username = username,
            Password = password,
            ApplicationName = "pos-delivery",
            Timeout = 10,
            MaxPoolSize = 4,
        }.ConnectionString;
    }
}
