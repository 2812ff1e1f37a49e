using System.Net;

namespace Pos.Contracts.Http;

/// <summary>The outcome of a call to a service: a value or a failure.</summary>
/// <param name="Value">Null when the call failed.</param>
/// <param name="Failure">Null when there is a value.</param>
public sealed record Answer<T>(T? Value, Failure? Failure)
    where T : class
{
    /// <summary>A success.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Answer<T>(Failure failure) => new(null, failure);

    /// <summary>Maps the value; a failure stays as it is.</summary>
    public Answer<TOther> To<TOther>(Func<T, TOther> map)
        where TOther : class => new(Value is null ? null : map(Value), Failure);
}

/// <summary>Explains why a service returned no value.</summary>
/// <param name="Text">A sentence for people.</param>
public abstract record Failure(string Text);

/// <summary>The resource does not exist (404).</summary>
public sealed record NotFound(string Text) : Failure(Text);

/// <summary>The request is invalid; sending it again does not help (4xx).</summary>
public sealed record Refused(string Text) : Failure(Text)
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; init; }

    /// <summary>The problem's title, if the service sent one.</summary>
    public string? Title { get; init; }

    /// <summary>Every rule that the text in the request breaks.</summary>
    public IReadOnlyList<PurchaseError> Errors { get; init; } = [];
}

/// <summary>The service, or a store behind it, is unavailable. A later attempt may succeed.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Text">A sentence for people.</param>
public sealed record ServiceUnavailable(string Service, string Text) : Failure(Text)
{
    /// <summary>True when the service itself responded, so that a store behind it is unavailable.</summary>
    public bool Responded { get; init; }
}
