using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>What a stage consists of: a resource that comes or goes shows in a change's diff.</summary>
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
