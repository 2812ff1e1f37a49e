using Xunit.v3;

namespace LocalCloud.Tests.Support;

/// <summary>
/// The tests of a class start no process and no server. All of them together take less than a minute.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FastAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Category.Name, Category.Fast)];
}

/// <summary>The tests of a class use real servers, processes or browsers.</summary>
/// <param name="soakVariable">An environment variable that makes the tests run for long: with it, they are a soak.</param>
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

/// <summary>Names of the trait that chooses tests by how long they take.</summary>
internal static class Category
{
    public const string Name = "Category";
    public const string Fast = "Fast";
    public const string System = "System";
    public const string Soak = "Soak";
}
