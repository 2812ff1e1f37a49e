using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Lists the resources of each stage, so that additions and removals show up in the diff.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class ResourceListTests(SynthesizedStages stages)
{
    [Fact]
    public void Dev_consists_of_the_listed_resources() => Snapshot.Matches("Cdk/resources.dev.txt", List(stages.Dev));

    [Fact]
    public void Prod_consists_of_the_listed_resources() =>
        Snapshot.Matches("Cdk/resources.prod.txt", List(stages.Prod));

    private static IEnumerable<string> List(StageTemplate stage) =>
        stage.Resources.Select(resource => resource.ToString());
}
