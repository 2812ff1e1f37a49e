using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Backends;

/// <summary>
/// The services of this machine on the resources that Pos.Cdk has deployed. Region and names come from its outputs,
/// credentials from wherever the AWS SDK looks for them. Nothing is made and nothing is provisioned.
/// </summary>
internal static class AwsBackend
{
    /// <summary>The outputs' place in the data folder, where <c>cdk deploy</c> is told to write them.</summary>
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
            // The deployed function reads the stream already. Two readers that cut batches differently would put a
            // purchase into the lake twice.
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
