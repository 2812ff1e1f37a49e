using Xunit.v3;

namespace LocalCloud.Tests.Support;

/// <summary>
/// Marks a class whose tests start no process and no server. All fast tests together take less than a minute.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FastAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Category.Name, Category.Fast)];
}

/// <summary>Marks a class whose tests use real servers, processes or browsers.</summary>
/// <param name="soakVariable">While this environment variable is set, the tests run long and count as a soak.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SystemTestAttribute(string? soakVariable = null) : Attribute, ITraitAttribute
{
    public string? SoakVariable => soakVariable;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [
            new(
                Category.Name,
                soakVariable is not null && Environment.GetEnvironmentVariable(soakVariable) is { Length: > 0 }
                    ? Category.Soak
                    : Category.System
            ),
        ];
}

/// <summary>The name and the values of the trait that selects tests by their duration.</summary>
internal static class Category
{
    public const string Name = "Category";
    public const string Fast = "Fast";
    public const string System = "System";
    public const string Soak = "Soak";
}
