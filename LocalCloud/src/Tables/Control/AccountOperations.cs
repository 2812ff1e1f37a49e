using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Requests;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LocalCloud.Tables.Control;

/// <summary>
/// Implements DescribeLimits, DescribeEndpoints, DescribeContinuousBackups and UpdateContinuousBackups.
/// </summary>
internal sealed class AccountOperations(TableCatalog tables, IServer server)
{
    // The default quotas of an account and of a table in most regions (Developer Guide, "Service quotas").
    private const long AccountUnits = 80_000;
    private const long TableUnits = 40_000;
    private const long EndpointMinutes = 1440;

    public static void DescribeLimits(Utf8JsonWriter response)
    {
        response.WriteStartObject();
        response.WriteNumber("AccountMaxReadCapacityUnits"u8, AccountUnits);
        response.WriteNumber("AccountMaxWriteCapacityUnits"u8, AccountUnits);
        response.WriteNumber("TableMaxReadCapacityUnits"u8, TableUnits);
        response.WriteNumber("TableMaxWriteCapacityUnits"u8, TableUnits);
        response.WriteEndObject();
    }

    public void DescribeEndpoints(Utf8JsonWriter response)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        response.WriteStartObject();
        response.WriteStartArray("Endpoints"u8);
        response.WriteStartObject();
        response.WriteString("Address"u8, address is null ? "localhost" : new Uri(address).Authority);
        response.WriteNumber("CachePeriodInMinutes"u8, EndpointMinutes);
        response.WriteEndObject();
        response.WriteEndArray();
        response.WriteEndObject();
    }

    public void DescribeBackups(RequestObject json, Utf8JsonWriter response)
    {
        var name = TableOperations.Name(json);
        Write(tables.Find(name) ?? throw NotFound(name), response);
    }

    /// <summary>Rejects enabling point-in-time recovery: LocalCloud keeps no earlier states of tables.</summary>
    public void UpdateBackups(RequestObject json, Utf8JsonWriter response)
    {
        var name = TableOperations.Name(json);
        var enabled = json.Object("PointInTimeRecoverySpecification", "PointInTimeRecoverySpecification")
            ?.Boolean("PointInTimeRecoveryEnabled");
        new Constraints().Required("pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled", enabled).Enforce();
        var table = tables.Find(name) ?? throw NotFound(name);
        if (enabled is true)
            throw new AwsException(
                "ContinuousBackupsUnavailableException",
                "LocalCloud keeps no earlier states of tables. Copy its data folder for a backup."
            );
        Write(table, response);
    }

    private static void Write(Table table, Utf8JsonWriter response)
    {
        response.WriteStartObject();
        response.WriteStartObject("ContinuousBackupsDescription"u8);
        response.WriteString("ContinuousBackupsStatus"u8, "ENABLED"u8);
        response.WriteStartObject("PointInTimeRecoveryDescription"u8);
        response.WriteString("PointInTimeRecoveryStatus"u8, "DISABLED"u8);
        response.WriteEndObject();
        response.WriteEndObject();
        response.WriteEndObject();
    }

    private static AwsException NotFound(string table) => new("TableNotFoundException", $"Table not found: {table}");
}
