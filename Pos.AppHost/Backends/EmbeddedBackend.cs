using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

/// <summary>
/// Runs everything on this machine without Docker: LocalCloud (Kinesis, S3, DynamoDB, Firehose) and Postgres
/// (Redshift).
/// </summary>
internal static class EmbeddedBackend
{
    private const string Region = "us-east-1";

    public static Backend AddEmbeddedBackend(this IDistributedApplicationBuilder builder, DataFolder data)
    {
        var (warehouse, lookup) = builder.AddLocalWarehouse(data);
        var accessKey = AccessKey.AddTo(builder, data);
        var localcloud = builder.AddLocalCloud("localcloud", data, accessKey).WaitFor(warehouse.Owner);

        var cloud = localcloud.GetEndpoint("http");
        return new Backend
        {
            Environment = new Dictionary<string, object>
            {
                ["AWS_REGION"] = Region,
                ["AWS_ACCESS_KEY_ID"] = accessKey.Id,
                ["AWS_SECRET_ACCESS_KEY"] = accessKey.Secret,
                ["AWS_ENDPOINT_URL_KINESIS"] = cloud,
                ["AWS_ENDPOINT_URL_FIREHOSE"] = cloud,
                ["AWS_ENDPOINT_URL_S3"] = cloud,
                ["AWS_ENDPOINT_URL_DYNAMODB"] = cloud,
            },
            Warehouse = warehouse,
            WarehouseLookup = lookup,
            Parts = [localcloud, warehouse.Owner],
            Addresses = new Dictionary<string, object> { ["localcloud"] = cloud },
            Delivery = cloud,
            Stream = localcloud,
        };
    }
}
