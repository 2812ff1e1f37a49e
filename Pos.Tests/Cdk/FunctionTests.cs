using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Pos.Cdk.Api;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.ServiceDefaults;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Tests functions, their event source and the APIs.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class FunctionTests(SynthesizedStages stages)
{
    [Fact]
    public void Services_run_on_Graviton_under_the_web_adapter()
    {
        foreach (var stage in stages.Both)
        {
            var services = stage
                .OfType("AWS::Lambda::Function")
                .Where(function => function.Name.EndsWith("ServiceFunction", StringComparison.Ordinal))
                .ToArray();
            Assert.Equal(
                [
                    "IngestServiceFunction",
                    "LookupServiceFunction",
                    "ProcessorServiceFunction",
                    "QuarantineServiceFunction",
                ],
                services.Select(function => function.Name).Order()
            );
            Assert.All(services, function =>
            {
                Assert.Equal(
                    ("provided.al2023", """["arm64"]""", "bootstrap"),
                    (
                        function["Runtime"]!.GetValue<string>(),
                        function["Architectures"]!.ToJsonString(),
                        function["Handler"]!.GetValue<string>()
                    )
                );
                Assert.Contains(
                    ":753240598075:layer:LambdaAdapterLayerArm64:",
                    function["Layers"]!.ToJsonString(),
                    StringComparison.Ordinal
                );
                var environment = function["Environment"]!["Variables"]!;
                Assert.Equal(
                    ("buffered", "/alive", "/events"),
                    (
                        environment["AWS_LWA_INVOKE_MODE"]!.GetValue<string>(),
                        environment["AWS_LWA_READINESS_CHECK_PATH"]!.GetValue<string>(),
                        environment["AWS_LWA_PASS_THROUGH_PATH"]!.GetValue<string>()
                    )
                );
                Assert.Equal(environment["PORT"]!.GetValue<string>(), environment["AWS_LWA_PORT"]!.GetValue<string>());
            });
        }
    }

    [Fact]
    public void A_rejected_event_fails_the_invocation()
    {
        var environment = stages.Prod.Single("AWS::Lambda::Function", "ProcessorService")["Environment"]!["Variables"]!;
        Assert.Equal("400-599", environment["AWS_LWA_ERROR_STATUS_CODES"]!.GetValue<string>());
    }

    [Fact]
    public void The_event_source_mapping_has_the_processors_settings()
    {
        var options = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(Repository.Folder, "Pos.Processor", "appsettings.json"))
            .Build()
            .GetSection(EventSourceMappingOptions.Section)
            .Get<EventSourceMappingOptions>()!;
        foreach (var (stage, hours) in new[] { (stages.Dev, 24), (stages.Prod, 168) })
        {
            var mapping = stage.Single("AWS::Lambda::EventSourceMapping");
            Assert.Equal(options.BatchSize, mapping["BatchSize"]!.GetValue<int>());
            Assert.Equal(
                options.MaximumBatchingWindowInSeconds,
                mapping["MaximumBatchingWindowInSeconds"]!.GetValue<int>()
            );
            Assert.Equal(options.BisectBatchOnFunctionError, mapping["BisectBatchOnFunctionError"]!.GetValue<bool>());
            Assert.Equal(
                options.StartingPosition.ToString(),
                mapping["StartingPosition"]!.GetValue<string>().Replace("_", "", StringComparison.Ordinal),
                ignoreCase: true
            );
            Assert.Equal(options.ParallelizationFactor, mapping["ParallelizationFactor"]!.GetValue<int>());
            Assert.Equal(
                options.FunctionResponseTypes.Select(type => type.ToString()),
                mapping["FunctionResponseTypes"]!.AsArray().Select(type => type!.GetValue<string>())
            );
            Assert.Contains(FunctionResponseType.ReportBatchItemFailures, options.FunctionResponseTypes);

            // Unlimited values become finite on AWS and stay within the stream's retention, so that no record expires.
            Assert.Equal(
                options.MaximumRetryAttempts < 0 ? 10_000 : options.MaximumRetryAttempts,
                mapping["MaximumRetryAttempts"]!.GetValue<int>()
            );
            Assert.Equal(
                options.MaximumRecordAgeInSeconds < 0 ? (hours - 1) * 3600 : options.MaximumRecordAgeInSeconds,
                mapping["MaximumRecordAgeInSeconds"]!.GetValue<int>()
            );
            Assert.StartsWith(
                "LakeBucket",
                mapping["DestinationConfig"]!["OnFailure"]!["Destination"]!["Fn::GetAtt"]![0]!.GetValue<string>(),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Every_route_requires_a_signed_request_and_is_throttled_and_logged()
    {
        foreach (var (stage, rate) in new[] { (stages.Dev, 50), (stages.Prod, 500) })
        {
            Assert.Equal(
                PurchasesApi.IngestRoutes.Length + PurchasesApi.LookupRoutes.Length + OperationsApi.Routes.Length,
                stage.OfType("AWS::ApiGatewayV2::Route").Count()
            );
            Assert.All(stage.OfType("AWS::ApiGatewayV2::Route"), route =>
                Assert.Equal("AWS_IAM", route["AuthorizationType"]!.GetValue<string>())
            );
            Assert.Equal(2, stage.OfType("AWS::ApiGatewayV2::Stage").Count());
            Assert.All(stage.OfType("AWS::ApiGatewayV2::Stage"), api =>
            {
                Assert.Equal("$default", api["StageName"]!.GetValue<string>());
                Assert.Equal(rate, api["DefaultRouteSettings"]!["ThrottlingRateLimit"]!.GetValue<int>());
                Assert.Equal(rate * 2, api["DefaultRouteSettings"]!["ThrottlingBurstLimit"]!.GetValue<int>());
                Assert.NotNull(api["AccessLogSettings"]!["DestinationArn"]);
            });
        }
    }

    [Fact]
    public void The_APIs_have_the_routes_of_the_services()
    {
        Assert.Equal(Routes(Ingest.IngestServer.Build([]), "/purchases"), PurchasesApi.IngestRoutes);

        var lookup = Routes(LookupRoutes(), "/purchases", "/customers");
        Assert.Equal(
            lookup,
            PurchasesApi
                .LookupRoutes.Where(route => !route.Contains("/sales", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.All(Routes(LookupRoutes(), "/sales"), route =>
            Assert.StartsWith("GET /sales/", route, StringComparison.Ordinal)
        );

        Assert.Equal(
            Routes(ProcessorRoutes(), "/quarantine", "/purchases"),
            OperationsApi.Routes.Order(StringComparer.Ordinal)
        );

        static string[] Routes(IEndpointRouteBuilder app, params string[] under) =>
            [
                .. app
                    .DataSources.SelectMany(source => source.Endpoints)
                    .OfType<RouteEndpoint>()
                    .Select(endpoint =>
                        (
                            Method: endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0],
                            Path: "/" + endpoint.RoutePattern.RawText!.Trim('/')
                        )
                    )
                    .Where(route => under.Any(prefix => route.Path.StartsWith(prefix, StringComparison.Ordinal)))
                    .Select(route => $"{route.Method} {route.Path}")
                    .Order(StringComparer.Ordinal),
            ];
    }

    [Fact]
    public void The_largest_post_fits_into_a_Lambda_event()
    {
        // Lambda accepts 6 MB. API Gateway passes bytes on as base64 (application/x-ndjson, gzip) and accepts 10 MB.
        const int LambdaPayload = 6 * 1024 * 1024;
        const int HeadersAndContext = 32 * 1024; // HTTP APIs allow 10,240 bytes of headers.
        Assert.InRange((PurchaseLimits.MaxRequestBytes + 2) / 3 * 4 + HeadersAndContext, 0, LambdaPayload);
    }

    private static WebApplication ProcessorRoutes()
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        Pos.Processor.ProcessorSetup.AddProcessor(builder);
        var app = builder.Build();
        Pos.Processor.Quarantine.QuarantineApi.MapQuarantine(app);
        Pos.Processor.Whereabouts.WhereaboutsApi.MapWhereabouts(app);
        return app;
    }

    private static WebApplication LookupRoutes()
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        Pos.Lookup.LookupSetup.AddPurchaseLookup(builder);
        Pos.Lookup.Sales.SalesSetup.AddSales(builder);
        var app = builder.Build();
        Pos.Lookup.Purchases.PurchasesApi.MapPurchases(app);
        Pos.Lookup.Sales.SalesApi.MapSales(app);
        return app;
    }
}
