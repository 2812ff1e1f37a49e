using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

/// <summary>
/// Uses Kinesis, DynamoDB and S3 at one URL: a LocalStack container, or the server at <c>Pos:LocalStack:Url</c>. As
/// these do not deliver to a warehouse, LocalCloud does, and stages in the same S3.
/// </summary>
internal static class LocalStackBackend
{
    private const string Region = "us-east-1";
    private const string Name = "localstack";
    private const string Section = "Pos:LocalStack";

    // The last version that needs no account.
    private const string DefaultImage = "localstack/localstack";
    private const string DefaultTag = "4.14.0";

    private const int DefaultPort = 4566;

    public static Backend AddLocalStackBackend(this IDistributedApplicationBuilder builder, DataFolder data)
    {
        var (warehouse, lookup) = builder.AddLocalWarehouse(data);
        // LocalStack accepts any key. Another server may require its own, which can be written to this file.
        var accessKey = AccessKey.AddTo(builder, data);
        var (url, localstack) = builder.AddEndpoint(data);
        builder
            .Services.AddHealthChecks()
            .Add(
                new HealthCheckRegistration(
                    Name,
                    _ => new AwsEndpointHealth(url, accessKey, Region),
                    failureStatus: null,
                    tags: null
                )
            );

        var environment = new Dictionary<string, object>
        {
            ["AWS_REGION"] = Region,
            ["AWS_ACCESS_KEY_ID"] = accessKey.Id,
            ["AWS_SECRET_ACCESS_KEY"] = accessKey.Secret,
            ["AWS_ENDPOINT_URL_KINESIS"] = url,
            ["AWS_ENDPOINT_URL_S3"] = url,
            ["AWS_ENDPOINT_URL_DYNAMODB"] = url,
            // S3 has had these checksums since 2024. Many other servers lack them.
            ["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required",
            ["AWS_RESPONSE_CHECKSUM_VALIDATION"] = "when_required",
        };
        var localcloud = builder
            .AddLocalCloud("localcloud", data, accessKey)
            .WithEnvironment("LocalCloud__Delivery__Staging", "S3")
            .WaitFor(warehouse.Owner)
            .WaitFor(localstack);
        foreach (var (name, value) in environment)
            localcloud.WithEnvironment(context => context.EnvironmentVariables[name] = value);

        var delivery = localcloud.GetEndpoint("http");
        return new Backend
        {
            Environment = new Dictionary<string, object>(environment) { ["AWS_ENDPOINT_URL_FIREHOSE"] = delivery },
            Warehouse = warehouse,
            WarehouseLookup = lookup,
            Parts = [localstack, localcloud, warehouse.Owner],
            Addresses = new Dictionary<string, object> { [Name] = url, ["localcloud"] = delivery },
            Delivery = delivery,
            Stream = localstack,
        };
    }

    private static (ReferenceExpression Url, IResourceBuilder<IResource> Resource) AddEndpoint(
        this IDistributedApplicationBuilder builder,
        DataFolder data
    )
    {
        var settings = builder.Configuration.GetSection(Section);
        if (settings["Url"] is { Length: > 0 } url)
        {
            if (
                !Uri.TryCreate(url, UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https")
                || parsed.AbsolutePath != "/"
            )
                throw new StartRefusedException(
                    $"Invalid {Section}:Url '{url}'. Use an address such as http://localhost:{DefaultPort}."
                );
            var address = ReferenceExpression.Create($"{parsed.GetLeftPart(UriPartial.Authority)}");
            return (address, builder.AddRunningServer(Name, parsed));
        }

        // A fixed name and port, so that the container of an earlier run is used again. This image keeps its data in
        // memory.
        var image = settings["Image"];
        var container = builder
            .AddContainer(Name, image ?? DefaultImage, settings["Tag"] ?? (image is null ? DefaultTag : "latest"))
            .WithContainerName(
                $"pos-localstack-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Path)))[..12]}"
            )
            .WithLifetime(settings.GetValue("Lifetime", ContainerLifetime.Persistent))
            .WithHttpEndpoint(
                port: settings.GetValue("Port", DefaultPort),
                targetPort: settings.GetValue("EdgePort", DefaultPort)
            )
            .WithEnvironment("SERVICES", "kinesis,dynamodb,s3")
            // Another data folder or --fresh needs another container.
            .WithEnvironment("POS_DATA", data.Identity)
            .WithHealthCheck(Name);
        if (builder.Configuration["LOCALSTACK_AUTH_TOKEN"] is { Length: > 0 } token)
            container.WithEnvironment("LOCALSTACK_AUTH_TOKEN", token).WithEnvironment("PERSISTENCE", "1");
        return (ReferenceExpression.Create($"{container.GetEndpoint("http")}"), container);
    }
}
