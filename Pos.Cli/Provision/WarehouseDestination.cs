using Npgsql;

namespace Pos.Cli.Provision;

/// <summary>The warehouse as a destination of Firehose.</summary>
/// <param name="connectionString">Npgsql connection string with a database.</param>
internal sealed class WarehouseDestination(string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder _connection = new(connectionString);

    public string ConnectionString => _connection.ConnectionString;

    /// <summary>Address for people: <c>host:port/database</c>.</summary>
    public string Address => $"{_connection.Host}:{_connection.Port}/{_connection.Database}";

    public string JdbcUrl => $"jdbc:postgresql://{Address}";
    public string Username => _connection.Username ?? "";
    public string Password => _connection.Password ?? "";
}
