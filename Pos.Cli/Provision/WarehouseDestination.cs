using Npgsql;

namespace Pos.Cli.Provision;

/// <summary>The warehouse as Firehose is told of it.</summary>
/// <param name="connectionString">Npgsql's; without a database, <c>pos</c> is meant.</param>
internal sealed class WarehouseDestination(string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder _connection = new(connectionString);

    public string ConnectionString => _connection.ConnectionString;
    public string JdbcUrl => $"jdbc:postgresql://{_connection.Host}:{_connection.Port}/{_connection.Database}";
    public string Username => _connection.Username ?? "";
    public string Password => _connection.Password ?? "";
}
