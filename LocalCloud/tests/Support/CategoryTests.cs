using System.Reflection;
using Xunit;
using Xunit.v3;

namespace LocalCloud.Tests.Support;

/// <summary>Checks that each test class has a category, by which developers select the fast tests.</summary>
[Fast]
public sealed class CategoryTests
{
    private static readonly Type[] s_testClasses =
    [
        .. typeof(CategoryTests)
            .Assembly.GetTypes()
            .Where(type => !type.IsAbstract)
            .Where(type =>
                type.GetMethods().Any(method => method.GetCustomAttributes().OfType<IFactAttribute>().Any())
            ),
    ];

    [Fact]
    public void Every_test_class_has_one_category() =>
        Assert.Empty(
            s_testClasses
                .Where(type => type.GetCustomAttributes().OfType<ITraitAttribute>().Count(IsCategory) != 1)
                .Select(type => type.FullName)
        );

    [Fact]
    public void Fast_tests_take_no_fixture_that_starts_a_server() =>
        Assert.Empty(
            s_testClasses
                .Where(type => type.GetCustomAttribute<FastAttribute>() is not null)
                .Where(type =>
                    type.GetConstructors()
                        .SelectMany(constructor => constructor.GetParameters())
                        .Any(parameter => parameter.ParameterType != typeof(ITestOutputHelper))
                )
                .Select(type => type.FullName)
        );

    [Fact]
    public void Tests_are_a_soak_only_while_their_variable_is_set()
    {
        const string variable = "POS_TESTS_CATEGORY";
        var attribute = new SystemTestAttribute(variable);
        Assert.Equal([new("Category", "System")], attribute.GetTraits());
        Environment.SetEnvironmentVariable(variable, "20");
        try
        {
            Assert.Equal([new("Category", "Soak")], attribute.GetTraits());
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    private static bool IsCategory(ITraitAttribute attribute) =>
        attribute.GetTraits().Any(trait => trait.Key == Category.Name);
}
