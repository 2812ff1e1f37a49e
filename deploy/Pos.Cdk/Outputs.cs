using Amazon.CDK;
using Constructs;
using Pos.Cdk.Api;
using Pos.Cdk.Delivery;
using Pos.Cdk.Lake;
using Pos.Cdk.Warehouse;
using Pos.Cdk.WebApp;
using Pos.Storage;

namespace Pos.Cdk;

/// <summary>
/// Defines the outputs that <c>cdk deploy --outputs-file</c> writes, for services on a laptop that use the deployed
/// resources: the properties of <see cref="PosResources"/>, region, APIs and warehouse.
/// </summary>
internal static class Outputs
{
    public static void Add(
        PosStack stack,
        Stage stage,
        PurchaseLake lake,
        WarehouseDelivery delivery,
        RedshiftWarehouse warehouse,
        PurchasesApi api,
        OperationsApi operations,
        WebAppService? webApp
    )
    {
        var outputs = new Construct(stack, "Outputs");
        var names = stage.Resources with
        {
            LakeBucket = lake.Bucket.BucketName,
            StagingBucket = delivery.Staging.BucketName,
        };
        foreach (
            var property in typeof(PosResources)
                .GetProperties()
                .Where(property => property.PropertyType == typeof(string))
        )
            Output(property.Name, (string)property.GetValue(names)!);

        Output("Region", stack.Region);
        Output("ApiUrl", api.Api.Url);
        Output("OperationsUrl", operations.Api.Url);
        Output("TillPolicy", api.Till.PolicyArn);
        Output("ReaderPolicy", api.Reader.PolicyArn);
        Output("OperatorPolicy", operations.Operator.PolicyArn);
        Output("WarehouseHost", warehouse.Host);
        Output("WarehousePort", $"{RedshiftWarehouse.Port}");
        Output("WarehouseDatabase", RedshiftWarehouse.Database);
        Output("WarehouseWorkgroup", warehouse.Workgroup.Ref);
        Output("WarehouseReaderSecret", warehouse.Reader.SecretArn);
        if (webApp is not null)
        {
            Output("WebAppUrl", webApp.Address.Url);
            Output("WebAppCluster", webApp.Cluster.ClusterName);
            Output("WebAppService", webApp.Service.ServiceName);
        }

        void Output(string name, string value) =>
            new CfnOutput(outputs, name, new CfnOutputProps { Value = value }).OverrideLogicalId(name);
    }
}
