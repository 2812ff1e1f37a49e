using Amazon.CDK;
using Amazon.CDK.AWS.Lambda;
using Constructs;
using Pos.Cdk.Functions;
using Pos.Cdk.Lookup;
using Pos.Cdk.Warehouse;

namespace Pos.Cdk.Api;

/// <summary>The function that reads purchases from the lookup table and sales from the warehouse.</summary>
internal sealed class LookupFunction : Construct
{
    public LookupFunction(
        Construct scope,
        Stage stage,
        FunctionPackages packages,
        LookupTable table,
        RedshiftWarehouse warehouse,
        Network network
    )
        : base(scope, "Lookup")
    {
        var service = new PublishedFunction(
            this,
            stage,
            packages.Lookup,
            new(
                "GET purchases and sales",
                1024,
                TimeSpan.FromSeconds(29),
                new Dictionary<string, string>
                {
                    ["Pos__Resources__LookupTable"] = stage.Resources.LookupTable,
                    ["Pos__Resources__CustomerIndex"] = stage.Resources.CustomerIndex,
                    // The password is missing: the service requests it when needed. One request at a time needs few
                    // connections. A paused warehouse takes seconds to resume.
                    ["Lookup__Sales__ConnectTimeoutSeconds"] = "10",
                    ["Lookup__Sales__CommandTimeoutSeconds"] = "25",
                    ["ConnectionStrings__warehouse"] =
                        $"Host={warehouse.Host};Port={RedshiftWarehouse.Port};Database={RedshiftWarehouse.Database};"
                        + "Username=pos_reader;SSL Mode=Require;Server Compatibility Mode=Redshift;Maximum Pool Size=4",
                    ["Lookup__Sales__PasswordUrl"] =
                        $"http://localhost:2773/secretsmanager/get?secretId={warehouse.Reader.SecretArn}",
                }
            )
            {
                Network = network,
                ReadsSecrets = true,
            }
        );
        service.Allow(["dynamodb:GetItem", "dynamodb:BatchGetItem"], table.Table.TableArn);
        service.Allow(["dynamodb:Query"], $"{table.Table.TableArn}/index/{stage.Resources.CustomerIndex}");
        service.Allow(["secretsmanager:GetSecretValue"], warehouse.Reader.SecretArn);
        Function = service.Function;
    }

    public Function Function { get; }
}
