using System.Text.Json;
using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Constructs;
using Pos.Storage.Warehouse;

namespace Pos.Cdk.Warehouse;

/// <summary>
/// Updates the warehouse's schema at each deployment, through the Data API: a custom resource whose function's package
/// contains the scripts. If a script fails, the deployment fails.
/// </summary>
internal sealed class WarehouseSchemaUpdate : Construct
{
    public WarehouseSchemaUpdate(Construct scope, Stage stage, RedshiftWarehouse warehouse)
        : base(scope, "Schema")
    {
        var scripts = JsonSerializer.Serialize(
            WarehouseSchema
                .Scripts(WarehouseDialect.Redshift)
                .Select(script => new { name = script.Name, statements = SqlStatements.Split(script.Sql) })
        );
        var package = Directory.CreateTempSubdirectory("pos-schema-");
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "Warehouse", "apply-schema", "index.mjs"),
            Path.Combine(package.FullName, "index.mjs")
        );
        File.WriteAllText(Path.Combine(package.FullName, "scripts.json"), scripts);
        var code = Code.FromAsset(package.FullName);

        var logs = new LogGroup(
            this,
            "Logs",
            new LogGroupProps { Retention = stage.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY }
        );
        var role = new Role(this, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        logs.GrantWrite(role);
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"],
                    Resources = [warehouse.Arn],
                }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    // Policies cannot name statements. The condition restricts access to the caller's own.
                    Actions = ["redshift-data:DescribeStatement", "redshift-data:GetStatementResult"],
                    Resources = ["*"],
                    Conditions = new Dictionary<string, object>
                    {
                        ["StringEquals"] = new Dictionary<string, object>
                        {
                            ["redshift-data:statement-owner-iam-userid"] = "${aws:userid}",
                        },
                    },
                }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["secretsmanager:GetSecretValue"],
                    Resources = [warehouse.Owner.SecretArn, warehouse.Delivery.SecretArn, warehouse.Reader.SecretArn],
                }
            )
        );

        var function = new Function(
            this,
            "Function",
            new FunctionProps
            {
                Runtime = SupportedNode,
                Architecture = Architecture.ARM_64,
                Handler = "index.handler",
                Code = code,
                Role = role,
                LogGroup = logs,
                Timeout = Duration.Minutes(10),
                MemorySize = 256,
                Environment = new Dictionary<string, string>
                {
                    ["WORKGROUP"] = warehouse.Workgroup.Ref,
                    ["DATABASE"] = RedshiftWarehouse.Database,
                    ["OWNER_SECRET"] = warehouse.Owner.SecretArn,
                    ["DELIVERY_SECRET"] = warehouse.Delivery.SecretArn,
                    ["READER_SECRET"] = warehouse.Reader.SecretArn,
                    ["LANDING_TABLE"] = WarehouseTables.Landing,
                },
            }
        );
        Directory.Delete(package.FullName, recursive: true);

        var update = new CustomResource(
            this,
            "Update",
            new CustomResourceProps
            {
                ServiceToken = function.FunctionArn,
                ResourceType = "Custom::WarehouseSchema",
                // Changed scripts cause an update.
                Properties = new Dictionary<string, object> { ["Scripts"] = function.CurrentVersion.Version },
            }
        );
        update.Node.AddDependency(role);
    }

    /// <summary>A runtime that Lambda supports. The newest one that this CDK knows is outdated.</summary>
    public static Runtime SupportedNode { get; } = new("nodejs22.x", RuntimeFamily.NODEJS);
}
