using Amazon.CDK.AWS.Apigatewayv2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AwsApigatewayv2Authorizers;
using Amazon.CDK.AwsApigatewayv2Integrations;
using Constructs;

namespace Pos.Cdk.Api;

/// <summary>
/// An HTTP API whose routes require requests signed by an IAM identity with permission to invoke them. So there are no
/// keys of our own to distribute, store or rotate, and posting and reading are separate permissions.
/// </summary>
internal sealed class SignedApi : Construct
{
    private readonly HttpApi _api;

    public SignedApi(Construct scope, Stage stage, string name)
        : base(scope, "Signed")
    {
        _api = new HttpApi(
            this,
            "Http",
            new HttpApiProps
            {
                ApiName = name,
                DefaultAuthorizer = new HttpIamAuthorizer(),
                CreateDefaultStage = false,
            }
        );
        var logs = new LogGroup(
            this,
            "AccessLog",
            new LogGroupProps { Retention = stage.LogRetention, RemovalPolicy = Amazon.CDK.RemovalPolicy.DESTROY }
        );
        _ = new CfnStage(
            this,
            "Stage",
            new CfnStageProps
            {
                ApiId = _api.ApiId,
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
                    {"time":"$context.requestTime","request":"$context.requestId",
                    "caller":"$context.identity.caller","address":"$context.identity.sourceIp",
                    "route":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength",
                    "milliseconds":"$context.responseLatency","error":"$context.error.message",
                    "integration_error":"$context.integrationErrorMessage"}
                    """.ReplaceLineEndings(""),
                },
            }
        );
        Id = _api.ApiId;
        Url = _api.ApiEndpoint;
    }

    public string Id { get; }

    /// <summary>URL without a path.</summary>
    public string Url { get; }

    /// <summary>Adds routes that a function handles.</summary>
    /// <param name="name">Name of the integration.</param>
    /// <param name="function">Handles the requests.</param>
    /// <param name="routes">Routes such as <c>GET /purchases/{purchase_id}</c>.</param>
    /// <returns>The ARNs of the routes.</returns>
    public string[] AddRoutes(string name, IFunction function, string[] routes)
    {
        var integration = new HttpLambdaIntegration(
            name,
            function,
            new HttpLambdaIntegrationProps { PayloadFormatVersion = PayloadFormatVersion.VERSION_2_0 }
        );
        return
        [
            .. routes
                .SelectMany(route =>
                {
                    var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
                    return _api.AddRoutes(
                        new AddRoutesOptions
                        {
                            Path = path,
                            Methods = [Enum.Parse<Amazon.CDK.AWS.Apigatewayv2.HttpMethod>(method)],
                            Integration = integration,
                        }
                    );
                })
                .Select(route => route.RouteArn),
        ];
    }

    /// <summary>Adds a policy that allows invoking routes.</summary>
    public ApiCaller AddCaller(string id, string description, string[] routes)
    {
        var policy = new ManagedPolicy(
            this,
            id,
            new ManagedPolicyProps { Description = description, Statements = [Allowance(routes)] }
        );
        return new(policy.ManagedPolicyArn, routes);
    }

    internal static PolicyStatement Allowance(string[] routes) =>
        new(new PolicyStatementProps { Actions = ["execute-api:Invoke"], Resources = routes });
}

/// <summary>The permission to invoke routes.</summary>
/// <param name="PolicyArn">Policy to attach to callers.</param>
/// <param name="Routes">ARNs of the allowed routes.</param>
internal sealed record ApiCaller(string PolicyArn, string[] Routes)
{
    /// <summary>Gives the permission to a role of this stack.</summary>
    public void Allow(Role role) => role.AddToPolicy(SignedApi.Allowance(Routes));
}
