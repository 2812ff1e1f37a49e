using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

/// <summary>Everything on this machine, without Docker: LocalCloud (Kinesis, S3, Firehose), dynalite (DynamoDB) and Postgres (Redshift).</summary>
internal static class EmbeddedBackend
{
    private const string Region = "us-east-1";

    public static Backend AddEmbeddedBackend(this IDistributedApplicationBuilder builder, DataFolder data)
    {
        var packages = builder.AddNpmPackages();
        var warehouse = builder.AddEmbeddedPostgres("warehouse", data, packages);
        var lookup = builder.AddWarehouseReader("warehouse-lookup", "pos_lookup", warehouse, data);
        var bi = builder.AddWarehouseReader("warehouse-bi", "pos_bi", warehouse, data);
        var dynalite = builder.AddDynalite("dynalite", data, packages);

        var accessKey = AccessKey.In(data["credentials"]);
        var localcloud = builder.AddProject<Projects.Pos_LocalCloud>("localcloud", launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/_health")
            .WithEnvironment("LocalCloud__DataFolder", data["localcloud"])
            .WithEnvironment("LocalCloud__AccessKeyId", accessKey.Id)
            .WithEnvironment("LocalCloud__SecretAccessKey", accessKey.Secret)
            .WaitFor(warehouse);

        var cloud = localcloud.GetEndpoint("http");
        var tables = dynalite.GetEndpoint("http");
        var environment = new Dictionary<string, object>
        {
            ["AWS_REGION"] = Region,
            // LocalCloud verifies signatures by them; dynalite takes any.
            ["AWS_ACCESS_KEY_ID"] = accessKey.Id,
            ["AWS_SECRET_ACCESS_KEY"] = accessKey.Secret,
            ["AWS_ENDPOINT_URL_KINESIS"] = cloud,
            ["AWS_ENDPOINT_URL_FIREHOSE"] = cloud,
            ["AWS_ENDPOINT_URL_S3"] = cloud,
            ["AWS_ENDPOINT_URL_DYNAMODB"] = tables,
        };
        return new Backend(environment, warehouse, lookup, bi, [localcloud, dynalite, warehouse], cloud, tables);
    }
}
