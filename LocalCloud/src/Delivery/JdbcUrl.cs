using LocalCloud.Protocol;
using Npgsql;

namespace LocalCloud.Delivery;

/// <summary>
/// Parses the JDBC URL of a Firehose destination: <c>jdbc:redshift://host:port/database</c> or, in LocalCloud only,
/// <c>jdbc:postgresql://…</c>.
/// </summary>
internal static class JdbcUrl
{
    private const string Prefix = "jdbc:";

    /// <exception cref="AwsException">InvalidArgumentException: the URL has another form.</exception>
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
                $"ClusterJDBCURL '{url}' must have the form jdbc:redshift://HOST:PORT/DATABASE "
                    + "or jdbc:postgresql://HOST:PORT/DATABASE."
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
            ApplicationName = "localcloud-delivery",
            Timeout = 10,
            MaxPoolSize = 4,
        }.ConnectionString;
    }
}
