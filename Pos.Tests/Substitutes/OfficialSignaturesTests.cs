using System.Reflection;
using Xunit;

namespace Pos.Tests.Substitutes;

/// <summary>
/// Compares the substitutes' public members with lists from the documentation of the official packages, so that code
/// for a substitute compiles with the official package.
/// </summary>
[Fast]
public sealed class OfficialSignaturesTests
{
    [Theory]
    [InlineData("AWSSDK.Kinesis")]
    [InlineData("AWSSDK.KinesisFirehose")]
    public void A_substitute_has_no_member_that_its_official_package_lacks(string package)
    {
        var shown = PublicSurface.Describe(Assembly.Load(package)).ToArray();

        Assert.Empty(
            MissingIn(
                shown,
                File.ReadLines(Path.Combine(Repository.Folder, "substitutes", "official-signatures", $"{package}.txt"))
            )
        );
        Assert.NotEmpty(shown);
    }

    [Theory]
    [InlineData("class A.B", "A.B is class, officially nothing")]
    [InlineData("abstract class A.Client : Base, IDisposable", "A.Client is abstract class, officially class")]
    [InlineData("class A.Client : Base, IAsyncDisposable", "A.Client : IAsyncDisposable")]
    [InlineData("class A.Client : Base\n  void Put(int id)", "A.Client   void Put(int id)")]
    [InlineData("class A.Client : Base\n  void Put(long id = 1)", null)]
    public void Members_that_are_not_in_the_list_are_reported(string shown, string? reported) =>
        Assert.Equal(
            reported is null ? [] : [reported],
            MissingIn(
                shown.Split('\n'),
                [
                    "# official",
                    "class A.Client : Base, IDisposable",
                    "  void Put(long id = 1)",
                    "class A.Other",
                    "  void Put(int id)",
                ]
            )
        );

    private static IEnumerable<string> MissingIn(IEnumerable<string> shown, IEnumerable<string> official)
    {
        var types = Read(official);
        foreach (var (name, type) in Read(shown))
        {
            if (!types.TryGetValue(name, out var listed) || listed.Kind != type.Kind)
                yield return $"{name} is {type.Kind}, officially {listed?.Kind ?? "nothing"}";
            foreach (var above in type.Above.Except(listed?.Above ?? []))
                yield return $"{name} : {above}";
            foreach (var member in type.Members.Except(listed?.Members ?? []))
                yield return $"{name} {member}";
        }
    }

    private static Dictionary<string, Described> Read(IEnumerable<string> lines)
    {
        var types = new Dictionary<string, Described>(StringComparer.Ordinal);
        Described? current = null;
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == ' ')
            {
                current!.Members.Add(line);
                continue;
            }
            var (declared, above) = line.Split(" : ", 2) is [var left, var right]
                ? (left, right.Split(", "))
                : (line, []);
            var name = declared[(declared.LastIndexOf(' ') + 1)..];
            types.Add(name, current = new(declared[..^(name.Length + 1)], above, []));
        }
        return types;
    }

    private sealed record Described(string Kind, string[] Above, List<string> Members);
}
