using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Backends;

/// <summary>
/// Runs the services on this machine with the resources that Pos.Cdk deployed. Region and names come from its outputs,
/// credentials from the AWS SDK's own sources. Creates no resources.
/// </summary>
internal static class AwsBackend
{
    /// <summary>Name of the file with the deployment's outputs in the data folder.</summary>
    public const string OutputsFile = "aws-outputs.json";

    private const string ReaderName = "warehouse-lookup";

    public static Backend AddAwsBackend(this IDistributedApplicationBuilder builder, DataFolder data)
    {
        var outputs = DeployedOutputs.Read(
            Path.GetFullPath(
                builder.Configuration["Pos:Aws:OutputsFile"] ?? Path.Combine(data.Path, OutputsFile),
                builder.AppHostDirectory
            ),
            builder.Configuration["Pos:Aws:Stack"]
        );
        var environment = new Dictionary<string, object>
        {
            ["AWS_REGION"] = outputs.Region,
            // The deployed function already reads the stream. Two readers with different batches would write a purchase
            // to the lake twice.
            ["Processor__EventSourceMapping__Enabled"] = builder.Configuration.GetValue("Pos:Aws:ReadStream", false)
                ? "true"
                : "false",
        };
        foreach (var (setting, name) in outputs.ResourceNames)
            environment[setting] = name;
        return new Backend
        {
            Environment = environment,
            Resources = outputs.Resources,
            WarehouseLookup = string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{ReaderName}"])
                ? builder.AddConnectionString(
                    ReaderName,
                    ReferenceExpression.Create($"{outputs.WarehouseConnectionString}")
                )
                : builder.AddConnectionString(ReaderName),
        };
    }
}
