using System.Text.Json.Nodes;
using Amazon.CDK.Assertions;
using Pos.Cloud;
using Pos.Cloud.Functions;
using Xunit;

namespace Pos.Tests.Cloud;

/// <summary>Both stages, synthesized once for all tests of the templates (node takes its time to start), with stubs of the functions' packages.</summary>
public sealed class SynthesizedStages : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos cloud ").FullName;

    public SynthesizedStages()
    {
        foreach (var service in (string[])["ingest", "processor", "lookup"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, service));
            File.WriteAllText(Path.Combine(_folder, service, "bootstrap"), service);
        }
        var app = PosStack.NewApp(Path.Combine(_folder, "cdk.out"));
        var packages = FunctionPackages.In(_folder);
        PosStack[] stacks = [new(app, Stage.Of("dev"), packages), new(app, Stage.Of("prod"), packages)];
        var assembly = app.Synth();
        (Dev, Prod) = (Read(stacks[0]), Read(stacks[1]));

        StageTemplate Read(PosStack stack)
        {
            var json = File.ReadAllText(Path.Combine(assembly.Directory, stack.TemplateFile));
            return new(JsonNode.Parse(json)!.AsObject(), Template.FromString(json), stack.TerminationProtection);
        }
    }

    internal StageTemplate Dev { get; }
    internal StageTemplate Prod { get; }
    internal StageTemplate[] Both => [Dev, Prod];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

[CollectionDefinition]
public sealed class Synthesized : ICollectionFixture<SynthesizedStages>;
