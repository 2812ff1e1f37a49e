using Amazon.CDK;
using Constructs;
using Pos.Cdk.Api;
using Pos.Cdk.Delivery;
using Pos.Cdk.Functions;
using Pos.Cdk.Lake;
using Pos.Cdk.Lookup;
using Pos.Cdk.Observability;
using Pos.Cdk.Processing;
using Pos.Cdk.Stream;
using Pos.Cdk.Warehouse;
using Pos.Cdk.WebApp;

namespace Pos.Cdk;

/// <summary>
/// The system on AWS. Depends on no account and no region, so that it can be synthesized without either.
/// </summary>
internal sealed class PosStack : Amazon.CDK.Stack
{
    public PosStack(Construct scope, Stage stage, FunctionPackages packages)
        : base(
            scope,
            $"pos-{stage.Name}",
            new StackProps
            {
                Description =
                    $"Point-of-sale purchases, from the till to lake, lookup table and warehouse ({stage.Name})",
                TerminationProtection = stage.IsProduction,
            }
        )
    {
        Amazon.CDK.Tags.Of(this).Add("pos:stage", stage.Name);

        var network = new Network(this, stage, packages.WebApp is not null);
        var stream = new PurchaseStream(this, stage);
        var lake = new PurchaseLake(this, stage);
        var lookupTable = new LookupTable(this, stage);
        var leaseTable = new LeaseTable(this, stage);
        var warehouse = new RedshiftWarehouse(this, stage, network);
        _ = new WarehouseSchemaUpdate(this, stage, warehouse);
        var merge = new ScheduledMerge(this, stage, warehouse);
        var delivery = new WarehouseDelivery(this, stage, warehouse);

        var ingest = new IngestFunction(this, stage, packages, stream);
        var processor = new ProcessorFunction(this, stage, packages, stream, lake, lookupTable, delivery);
        var lookup = new LookupFunction(this, stage, packages, lookupTable, warehouse, network);
        var quarantine = new QuarantineFunction(this, stage, packages, lake, lookupTable, delivery);
        var api = new PurchasesApi(this, stage, ingest, lookup);
        var operations = new OperationsApi(this, stage, quarantine);
        var webApp = packages.WebApp is null
            ? null
            : new WebAppService(this, stage, packages.WebApp, network, api, operations);

        var alarms = new Alarms(this, stage);
        alarms.WatchStream(stream);
        alarms.WatchStores(lake, lookupTable);
        alarms.WatchDelivery(delivery, merge);
        alarms.WatchFunctions(
            ("Ingest", ingest.Function),
            ("Processor", processor.Function),
            ("Lookup", lookup.Function),
            ("Quarantine", quarantine.Function)
        );
        alarms.WatchApi("Api", api.Api);
        alarms.WatchApi("Operations", operations.Api);
        if (webApp is not null)
            alarms.WatchWebApp(webApp.Address);
        alarms.AddDashboard();
        Outputs.Add(this, stage, lake, delivery, warehouse, api, operations, webApp);
        UseSupportedNode();
    }

    // CDK's own function that empties buckets of a destroyed stage has an outdated runtime.
    private void UseSupportedNode()
    {
        if (
            Node.TryFindChild("Custom::S3AutoDeleteObjectsCustomResourceProvider")?.Node.FindChild("Handler")
            is CfnResource handler
        )
            handler.AddPropertyOverride("Runtime", WarehouseSchemaUpdate.SupportedNode.Name);
    }

    /// <param name="output">Output folder; null for that of the CDK command line, or cdk.out.</param>
    public static App NewApp(string? output)
    {
        // jsii warns at every start that Node 20 is outdated. It is sufficient here.
        System.Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
        return new(
            new AppProps
            {
                Outdir = output,
                AnalyticsReporting = false,
                Context = new Dictionary<string, object>
                {
                    // Feature flags that 'cdk init' enables today. Set here, because only the CDK command line reads
                    // cdk.json.
                    ["@aws-cdk/aws-iam:minimizePolicies"] = true,
                    ["@aws-cdk/core:checkSecretUsage"] = true,
                    ["@aws-cdk/aws-s3:createDefaultLoggingPolicy"] = true,
                    ["@aws-cdk/core:enablePartitionLiterals"] = true,
                },
            }
        );
    }
}
