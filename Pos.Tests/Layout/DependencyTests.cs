using System.Reflection;
using Xunit;

namespace Pos.Tests.Layout;

/// <summary>Tests the allowed dependencies of our projects: see docs/architecture.md.</summary>
[Fast]
public sealed class DependencyTests
{
    [Theory]
    [InlineData("LocalCloud", "LocalCloud.PostgresCopy")]
    [InlineData("LocalCloud.PostgresCopy")]
    [InlineData("Pos.Contracts")]
    [InlineData("Pos.ServiceDefaults")]
    [InlineData("Pos.Storage", "Pos.Contracts")]
    [InlineData("Pos.Import", "Pos.Contracts")]
    [InlineData("Pos.Reconciliation", "Pos.Contracts", "Pos.Storage")]
    [InlineData("Pos.Ingest", "Pos.Contracts", "Pos.ServiceDefaults", "Pos.Storage")]
    [InlineData("Pos.Processor", "Pos.Contracts", "Pos.ServiceDefaults", "Pos.Storage")]
    [InlineData("Pos.Lookup", "Pos.Contracts", "Pos.ServiceDefaults", "Pos.Storage", "Pos.Reconciliation")]
    [InlineData("Pos.Ui", "Pos.Contracts", "Pos.ServiceDefaults", "Pos.Import")]
    public void A_project_only_has_allowed_dependencies(string project, params string[] allowed) =>
        Assert.Empty(OurReferences(project).Except(allowed));

    [Theory]
    [InlineData("Pos.Ingest")]
    [InlineData("Pos.Processor")]
    [InlineData("Pos.Lookup")]
    public void Lambda_functions_contain_no_CSV_reader(string project)
    {
        var shipped = new HashSet<string> { project };
        var next = new Queue<string>(shipped);
        while (next.TryDequeue(out var assembly))
        {
            Assert.DoesNotContain(References(assembly), name => name is "Sylvan.Data.Csv");
            foreach (var reference in OurReferences(assembly).Where(shipped.Add))
                next.Enqueue(reference);
        }
        Assert.Contains("Pos.Contracts", shipped);
    }

    private static IEnumerable<string> OurReferences(string assembly) =>
        References(assembly)
            .Where(name =>
                name.StartsWith("Pos.", StringComparison.Ordinal)
                || name.StartsWith("LocalCloud", StringComparison.Ordinal)
                || name is "pos"
            );

    private static IEnumerable<string> References(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!);
}
