// Demo only: a sample person fills the form.
document.querySelectorAll("[data-username]").forEach((button) => {
  button.addEventListener("click", () => {
    document.querySelector("#id_username").value = button.dataset.username;
    document.querySelector("#id_password").value = button.dataset.password;
    document.querySelector("#sign-in button[type=submit]").focus();
  });
});
