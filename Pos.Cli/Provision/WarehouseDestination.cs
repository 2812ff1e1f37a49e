using Npgsql;

namespace Pos.Cli.Provision;

/// <summary>The warehouse as Firehose is told of it.</summary>
/// <param name="connectionString">Npgsql's; without a database, <c>pos</c> is meant.</param>
internal sealed class WarehouseDestination(string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder _connection = new(connectionString);

    public string ConnectionString => _connection.ConnectionString;

    /// <summary>For people.</summary>
    public string Address => $"{_connection.Host}:{_connection.Port}/{_connection.Database}";

    public string JdbcUrl => $"jdbc:postgresql://{Address}";
    public string Username => _connection.Username ?? "";
    public string Password => _connection.Password ?? "";
}
