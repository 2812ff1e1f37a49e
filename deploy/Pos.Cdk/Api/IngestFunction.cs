using Amazon.CDK.AWS.Lambda;
using Constructs;
using Pos.Cdk.Functions;
using Pos.Cdk.Stream;

namespace Pos.Cdk.Api;

/// <summary>The function for <c>POST /purchases</c>, which writes to the stream.</summary>
internal sealed class IngestFunction : Construct
{
    public IngestFunction(Construct scope, Stage stage, FunctionPackages packages, PurchaseStream stream)
        : base(scope, "Ingest")
    {
        var service = new PublishedFunction(
            this,
            stage,
            packages.Ingest,
            new(
                "POST /purchases to the stream",
                1024,
                TimeSpan.FromSeconds(29),
                new Dictionary<string, string>
                {
                    ["Pos__Resources__Stream"] = stage.Resources.Stream,
                    // A function handles one request at a time, so waiting for other requests' purchases has no use.
                    ["Ingest__Stream__LingerMilliseconds"] = "0",
                }
            )
        );
        service.Allow(["kinesis:PutRecords", "kinesis:ListShards"], stream.Arn);
        Function = service.Function;
    }

    public Function Function { get; }
}
