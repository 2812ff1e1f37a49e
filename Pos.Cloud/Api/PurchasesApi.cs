using Amazon.CDK.AWS.Apigatewayv2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AwsApigatewayv2Authorizers;
using Amazon.CDK.AwsApigatewayv2Integrations;
using Constructs;

namespace Pos.Cloud.Api;

/// <summary>
/// The HTTP API. Every route wants a request signed by an IAM identity that may invoke it: there is no key of ours to hand out, store or rotate,
/// and who may post need not be who may read.
/// </summary>
internal sealed class PurchasesApi : Construct
{
    public static readonly string[] IngestRoutes = ["POST /purchases"];
    public static readonly string[] LookupRoutes =
    [
        "GET /purchases/{purchase_id}",
        "GET /purchases/{purchase_id}/warehouse",
        "GET /customers/{customer_id}/purchases",
        "GET /customers/{customer_id}/purchases/{purchase_id}",
        "GET /customers/{customer_id}/totals",
        "GET /sales/{proxy+}",
    ];

    public PurchasesApi(Construct scope, Stage stage, IngestFunction ingest, LookupFunction lookup) : base(scope, "Api")
    {
        var api = new HttpApi(this, "Http", new HttpApiProps
        {
            ApiName = $"pos-{stage.Name}",
            DefaultAuthorizer = new HttpIamAuthorizer(),
            CreateDefaultStage = false,
        });
        var posting = AddRoutes(api, "Ingest", ingest.Function, IngestRoutes);
        var reading = AddRoutes(api, "Lookup", lookup.Function, LookupRoutes);
        TillPolicyArn = Caller("Till", "Posts purchases", posting).ManagedPolicyArn;
        ReaderPolicyArn = Caller("Reader", "Reads purchases and sales", reading).ManagedPolicyArn;

        var logs = new LogGroup(this, "AccessLog", new LogGroupProps { Retention = stage.LogRetention, RemovalPolicy = Amazon.CDK.RemovalPolicy.DESTROY });
        _ = new CfnStage(this, "Stage", new CfnStageProps
        {
            ApiId = api.ApiId,
            StageName = "$default",
            AutoDeploy = true,
            DefaultRouteSettings = new CfnStage.RouteSettingsProperty
            {
                ThrottlingRateLimit = stage.RequestsPerSecond,
                ThrottlingBurstLimit = stage.RequestsPerSecond * 2,
                DetailedMetricsEnabled = true,
            },
            AccessLogSettings = new CfnStage.AccessLogSettingsProperty
            {
                DestinationArn = logs.LogGroupArn,
                Format = """
                    {"time":"$context.requestTime","request":"$context.requestId","caller":"$context.identity.caller","address":"$context.identity.sourceIp","route":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength","milliseconds":"$context.responseLatency","error":"$context.error.message","integration_error":"$context.integrationErrorMessage"}
                    """,
            },
        });
        Id = api.ApiId;
        Url = api.ApiEndpoint;
    }

    public string Id { get; }

    /// <summary>Without a path.</summary>
    public string Url { get; }

    /// <summary>Attached to whoever may post.</summary>
    public string TillPolicyArn { get; }

    /// <summary>Attached to whoever may read.</summary>
    public string ReaderPolicyArn { get; }

    private static HttpRoute[] AddRoutes(HttpApi api, string name, IFunction function, string[] routes)
    {
        var integration = new HttpLambdaIntegration(name, function, new HttpLambdaIntegrationProps { PayloadFormatVersion = PayloadFormatVersion.VERSION_2_0 });
        return
        [
            .. routes.SelectMany(route =>
            {
                var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
                return api.AddRoutes(new AddRoutesOptions { Path = path, Methods = [Enum.Parse<Amazon.CDK.AWS.Apigatewayv2.HttpMethod>(method)], Integration = integration });
            }),
        ];
    }

    /// <summary>A policy to attach to whoever calls.</summary>
    private ManagedPolicy Caller(string id, string description, HttpRoute[] routes) => new(this, id, new ManagedPolicyProps
    {
        Description = description,
        Statements = [new PolicyStatement(new PolicyStatementProps { Actions = ["execute-api:Invoke"], Resources = [.. routes.Select(route => route.RouteArn)] })],
    });
}
