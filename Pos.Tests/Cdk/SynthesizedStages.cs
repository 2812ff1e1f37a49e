using System.Text.Json.Nodes;
using Amazon.CDK.Assertions;
using Constructs;
using Pos.Cdk;
using Pos.Cdk.Functions;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>
/// Both stages, synthesized once for all tests because starting node is slow, with placeholders for the packages.
/// </summary>
public sealed class SynthesizedStages : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos cloud ").FullName;

    public SynthesizedStages()
    {
        foreach (
            var (service, start) in ((string, string)[])
                [("ingest", "bootstrap"), ("processor", "bootstrap"), ("lookup", "bootstrap"), ("ui", "Pos.Ui")]
        )
        {
            Directory.CreateDirectory(Path.Combine(_folder, service));
            File.WriteAllText(Path.Combine(_folder, service, start), service);
        }
        var app = PosStack.NewApp(Path.Combine(_folder, "cdk.out"));
        var packages = FunctionPackages.In(_folder, withWebApp: true);
        var certified = new Construct(app, "certified"); // With a certificate, like production.
        certified.Node.SetContext("certificateArn", Certificate);
        certified.Node.SetContext("webAppFrom", "10.8.0.0/16");
        PosStack[] stacks =
        [
            new(app, Stage.Parse("dev"), packages),
            new(certified, Stage.Parse("prod"), packages),
            new(new Construct(app, "without"), Stage.Parse("dev"), packages with { WebApp = null }),
        ];
        var assembly = app.Synth();
        (Dev, Prod, DevWithoutWebApp) = (Read(stacks[0]), Read(stacks[1]), Read(stacks[2]));

        StageTemplate Read(PosStack stack)
        {
            var json = File.ReadAllText(Path.Combine(assembly.Directory, stack.TemplateFile));
            return new(JsonNode.Parse(json)!.AsObject(), Template.FromString(json), stack.TerminationProtection);
        }
    }

    public const string Certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/id";

    internal StageTemplate Dev { get; }
    internal StageTemplate DevWithoutWebApp { get; }
    internal StageTemplate Prod { get; }
    internal StageTemplate[] Both => [Dev, Prod];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

[CollectionDefinition]
public sealed class Synthesized : ICollectionFixture<SynthesizedStages>;
