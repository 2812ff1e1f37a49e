using System.Text.RegularExpressions;

namespace LocalCloud.Protocol;

/// <summary>Collects what is wrong with a request's members, worded as AWS words it, and refuses all at once.</summary>
internal sealed class Constraints
{
    // AWS names no more than ten.
    private const int Most = 10;
    private readonly List<string> _broken = [];

    public Constraints Required(string member, object? value) =>
        Check(value is not null, null, member, "Member must not be null");

    public Constraints Length(string member, string? value, int least, int most) =>
        Check(
                value is null || value.Length >= least,
                value,
                member,
                $"Member must have length greater than or equal to {least}"
            )
            .Check(
                value is null || value.Length <= most,
                value,
                member,
                $"Member must have length less than or equal to {most}"
            );

    public Constraints Range(string member, int? value, int least, int most) =>
        Check(
                value is null || value >= least,
                value,
                member,
                $"Member must have value greater than or equal to {least}"
            )
            .Check(
                value is null || value <= most,
                value,
                member,
                $"Member must have value less than or equal to {most}"
            );

    public Constraints Pattern(string member, string? value, Regex pattern) =>
        Check(
            value is null || pattern.IsMatch(value),
            value,
            member,
            $"Member must satisfy regular expression pattern: {pattern.ToString()}"
        );

    public Constraints OneOf(string member, string? value, params ReadOnlySpan<string> values) =>
        Check(
            value is null || values.Contains(value),
            value,
            member,
            $"Member must satisfy enum value set: [{string.Join(", ", values.ToArray())}]"
        );

    public Constraints Check(bool holds, object? value, string member, string constraint)
    {
        if (!holds && _broken.Count < Most)
            _broken.Add(
                $"Value {(value is null ? "null" : $"'{value}'")} at '{member}' failed to satisfy constraint: {constraint}"
            );
        return this;
    }

    /// <exception cref="AwsException">ValidationException</exception>
    public void Enforce()
    {
        if (_broken.Count > 0)
            throw new AwsException(
                "ValidationException",
                $"{_broken.Count} validation error{(_broken.Count == 1 ? "" : "s")} detected: {string.Join("; ", _broken)}"
            );
    }
}
